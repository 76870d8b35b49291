"""Takes the images that people put into a section's text."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from files.enums import Size
from groups.standing import PersonRequest
from plans.domain.images import add_image
from plans.models import StrategicPlan
from plans.views.loading import asker, plan_page


@require_POST
@plan_page
def images(request: PersonRequest, plan: StrategicPlan) -> HttpResponse:
    """Keeps the posted ``image``, described by ``alt``: 201 with its ``address``; 422 with ``detail`` in words."""
    upload = request.FILES.get("image")
    try:
        file = add_image(plan=plan, person=asker(request), upload=upload, alt=request.POST.get("alt", ""))
    except ValidationError as error:
        return JsonResponse({"detail": " ".join(error.messages)}, status=422)
    return JsonResponse({"address": file.url(Size.LARGE)}, status=201)
