// The time zone of the place follows the host region until a person chooses another one.
//
//   <form data-module="visits/place_zone">
//     <select name="host_region"><option value="3" data-zone="Europe/Warsaw">…</option></select>
//     <select name="time_zone"><option value="">As in the host region</option>…</select>
//   </form>

const zoneOf = (select) => select.selectedOptions[0]?.dataset.zone ?? "";

export function mount(form) {
  const { host_region: region, time_zone: zone } = form.elements;
  let followed = zoneOf(region);
  const follow = () => {
    if (zone.value === "" || zone.value === followed) zone.value = zoneOf(region);
    followed = zoneOf(region);
  };
  region.addEventListener("change", follow);
  follow();
}
