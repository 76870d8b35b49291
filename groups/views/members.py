"""The pages about a group's members."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from groups import policies, queries
from groups.domain.memberships import add_member, change_role, remove_member
from groups.enums import Role
from groups.forms import MembersFilter, NewMemberForm, RoleForm, done
from groups.models import Membership, Region, WorkingGroup
from groups.standing import PersonRequest, Standing
from groups.trace import trace_of_group, trace_of_member
from groups.views.sending import page, person_of, sent, show_or_submit


@login_required
@require_safe
def members(request: PersonRequest, slug: str) -> HttpResponse:
    """Who is in the group, by region and organisation; for its leaders also who has left."""
    working_group = group_of(request.standing, slug)
    everybody = queries.members_by_region(working_group)
    chosen = MembersFilter(request.GET, regions=[entry.region for entry in everybody if entry.region])
    may_manage = policies.may_manage_members(request.standing, working_group.pk)
    context = {
        "working_group": working_group,
        "room": "members",
        "filter": chosen,
        "is_filtered": bool(request.GET.get("region") or request.GET.get("role")),
        "regions": _chosen(everybody, chosen),
        "tiles": _tiles(everybody),
        "changeable": {role for role in Role if _roles_instead(request.standing, working_group.pk, role)},
        "may_add": bool(roles_to_give(request.standing, working_group)),
        "may_manage": may_manage,
        "former": queries.former_members(working_group) if may_manage else [],
        "requests": queries.open_requests(working_group) if may_manage else [],
        "invitations": queries.open_invitations(working_group) if may_manage else [],
    }
    return render(request, "groups/members.html", context)


@login_required
@show_or_submit
def new_member(request: PersonRequest, slug: str) -> HttpResponse:
    """Adds somebody who is known to the network to the group."""
    working_group = group_of(request.standing, slug)
    roles = roles_to_give(request.standing, working_group)
    if not roles:
        raise PermissionDenied(_("You may not add members to this group."))
    form = NewMemberForm(sent(request), candidates=queries.candidates_for(working_group), roles=roles)

    def add() -> Membership:
        chosen, role = form.cleaned_data["person"], Role(form.cleaned_data["role"])
        return add_member(working_group=working_group, person=chosen, role=role, by=person_of(request))

    if request.method == "POST" and done(form, add):
        messages.success(request, _("%(name)s is now a member.") % {"name": form.cleaned_data["person"].name})
        return redirect("groups:members", slug)
    context = {"working_group": working_group, "room": "members", "form": form}
    return page(request, "groups/new_member.html", context)


@login_required
@show_or_submit
def member(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """One member: who they are and, for those who lead, what they were; changes the role, leads to where it ends."""
    working_group = group_of(request.standing, slug)
    membership = _membership_ever(request.standing, working_group, pk)
    if request.method != "POST" and membership.stable_id != pk:
        return redirect("groups:member", slug, membership.stable_id)
    is_current = membership.ended_at is None and membership.person.is_active
    old = Role(membership.role)
    others = _roles_instead(request.standing, working_group.pk, old) if is_current else []
    if request.method == "POST" and not others:
        raise PermissionDenied(_("You may not change this person's role."))
    roles = [role for role in Role if role is old or role in others]
    form = RoleForm(sent(request), roles=roles, initial={"role": old}) if others else None

    def change() -> None:
        if form is not None:
            change_role(membership=membership, role=Role(form.cleaned_data["role"]), by=person_of(request))

    if request.method == "POST" and form is not None and done(form, change):
        words = {"name": membership.person.name, "role": Role(form.cleaned_data["role"]).label}
        messages.success(request, _("%(name)s: %(role)s.") % words)
        return redirect("groups:members", slug)
    is_self = membership.person_id == request.standing.person_id
    sees_trace = is_self or policies.may_manage_members(request.standing, working_group.pk)
    context = {
        "working_group": working_group,
        "room": "members",
        "membership": membership,
        "is_current": is_current,
        "form": form,
        "speaks_for": queries.mandates_of(membership.person),
        "may_remove": is_current and (is_self or policies.may_take_role(request.standing, working_group.pk, old)),
        "may_administer": policies.may_administer_network(request.standing),
        "trace": trace_of_member(working_group, membership.person) if sees_trace else [],
    }
    return page(request, "groups/member.html", context)


@login_required
@show_or_submit
def end_membership(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Asks once whether somebody is to leave the group, or whether one leaves it oneself; then ends the membership."""
    membership = _membership(request.standing, slug, pk)
    if request.method != "POST" and membership.stable_id != pk:
        return redirect("groups:end-membership", slug, membership.stable_id)
    leaves = membership.person_id == request.standing.person_id
    if not leaves and not policies.may_take_role(request.standing, membership.working_group_id, Role(membership.role)):
        raise PermissionDenied(_("You may not remove this person from the group."))
    refusals: list[str] = []
    if request.method == "POST":
        try:
            remove_member(membership=membership, by=person_of(request))
        except ValidationError as error:
            refusals = error.messages
        else:
            words = {"name": membership.person.name, "group": membership.working_group.name}
            if leaves:
                messages.success(request, _("You have left the group %(group)s.") % words)
                return redirect("group", slug)
            messages.success(request, _("%(name)s is no longer a member.") % words)
            return redirect("groups:members", slug)
    context = {
        "working_group": membership.working_group,
        "room": "members",
        "membership": membership,
        "leaves": leaves,
        "refusals": refusals,
    }
    return page(request, "groups/end_membership.html", context)


@login_required
@require_safe
def history(request: PersonRequest, slug: str) -> HttpResponse:
    """What happened in the group: who came, went, changed, was invited, asked."""
    working_group = group_of(request.standing, slug)
    if not policies.may_manage_members(request.standing, working_group.pk):
        raise PermissionDenied(_("Only those who lead the group see this list."))
    context = {"working_group": working_group, "room": "members", "trace": trace_of_group(working_group)}
    return render(request, "groups/history.html", context)


def group_of(standing: Standing, slug: str) -> WorkingGroup:
    """The group, for those who may read its inside."""
    return get_object_or_404(queries.groups_readable_by(standing), slug=slug)


def _membership_ever(standing: Standing, working_group: WorkingGroup, pk: int) -> Membership:
    """The last membership of whoever had this one; of those who are members no more, for those who lead alone."""
    ever = Membership.objects.filter(pk=pk, working_group=working_group)
    theirs = Membership.objects.filter(working_group=working_group, person__in=ever.values("person"))
    if not policies.may_manage_members(standing, working_group.pk):
        theirs = theirs.current().filter(person__is_active=True)
    last = (
        theirs.with_stable_ids().select_related("person__organisation__region").order_by("-started_at", "-pk").first()
    )
    if last is None:
        raise Http404
    return last


def _membership(standing: Standing, slug: str, pk: int) -> Membership:
    """The membership that somebody has now in the group; ``pk`` may be any that they ever had there."""
    ever = Membership.objects.filter(pk=pk, working_group__slug=slug)
    held = queries.memberships_readable_by(standing).filter(working_group__slug=slug)
    return get_object_or_404(held, person__in=ever.values("person"))


def roles_to_give(standing: Standing, working_group: WorkingGroup) -> list[Role]:
    """The roles that they may give somebody who is new in the group."""
    return [role for role in Role if policies.may_give_role(standing, working_group.pk, role)]


def _roles_instead(standing: Standing, working_group_id: int, old: Role) -> list[Role]:
    return [new for new in Role if new is not old and policies.may_change_role(standing, working_group_id, old, new)]


def _chosen(everybody: list[queries.RegionMembers], chosen: MembersFilter) -> list[queries.RegionMembers]:
    """The members of the region and in the role that were asked for; all where that is no region or role."""
    wanted = chosen.cleaned_data if chosen.is_valid() else {}
    region, role = wanted.get("region"), wanted.get("role")
    found = []
    for entry in everybody:
        members = tuple(member for member in entry.members if not role or member.role == role)
        if members and (not region or (entry.region is not None and entry.region.code == region)):
            found.append(queries.RegionMembers(entry.region, members))
    return found


def _tiles(regions: list[queries.RegionMembers]) -> list[dict[str, str]]:
    """The table of regions: lit where members of the group come from."""
    here = {entry.region.code: len(entry.members) for entry in regions if entry.region}
    tiles = []
    for region in Region.objects.all():
        number = here.get(region.code, 0)
        words = ngettext("%(number)d member", "%(number)d members", number) % {"number": number}
        tiles.append(
            {
                "code": region.code,
                "name": region.name,
                "state": "lit" if number else "dimmed",
                "text": words if number else _("nobody yet"),
                "url": f"#{region.code}" if number else "",
            }
        )
    return tiles
