// Draws the outlines of Europe's countries for the network's map: workspace/static/workspace/map.svg, one path per
// country with its ISO 3166 code as id, all in the group "land". The projection's constants are read from
// workspace/map_projection.json, from which workspace/map.py projects the regions' dots by the same formula.

import { readFile } from "node:fs/promises";

import { geoConicConformal, geoPath } from "d3-geo";
import { feature } from "topojson-client";

const here = new URL("./", import.meta.url);

// As far as any European region can lie, in the map's own units.
const EXTENT = [[-1900, -1500], [2400, 1500]];
const TOLERANCE = 0.7;
const SMALLEST_ISLAND = 14;

const CODES = {
  "008": "AL", "020": "AD", "040": "AT", "056": "BE", "070": "BA", "100": "BG", "112": "BY", "191": "HR", "196": "CY", "203": "CZ",
  "208": "DK", "233": "EE", "246": "FI", "250": "FR", "276": "DE", "300": "GR", "348": "HU", "352": "IS", "372": "IE", "380": "IT",
  "428": "LV", "438": "LI", "440": "LT", "442": "LU", "470": "MT", "492": "MC", "498": "MD", "499": "ME", "528": "NL", "578": "NO",
  "616": "PL", "620": "PT", "642": "RO", "643": "RU", "674": "SM", "688": "RS", "703": "SK", "705": "SI", "724": "ES", "752": "SE",
  "756": "CH", "792": "TR", "804": "UA", "807": "MK", "826": "GB",
};

export function projectionOf({ parallels, meridian, latitude, scale }) {
  return geoConicConformal().parallels(parallels).rotate([-meridian, 0]).center([0, latitude]).scale(scale).translate([0, 0]);
}

function absoluteArcs({ arcs, transform: { scale, translate } }) {
  return arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]);
  });
}

function distanceToSegment([x, y], [ax, ay], [bx, by]) {
  const length = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = length && Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
  return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay));
}

// Douglas-Peucker on an arc, so that two countries keep the same border between them.
function simplified(arc, projection) {
  const points = arc.map((point) => projection(point));
  const kept = new Set([0, arc.length - 1]);
  const spans = [[0, arc.length - 1]];
  while (spans.length) {
    const [first, last] = spans.pop();
    let farthest = -1;
    let distance = TOLERANCE;
    for (let i = first + 1; i < last; i++) {
      const d = distanceToSegment(points[i], points[first], points[last]);
      if (d > distance) [farthest, distance] = [i, d];
    }
    if (farthest > 0) {
      kept.add(farthest);
      spans.push([first, farthest], [farthest, last]);
    }
  }
  return arc.filter((_, i) => kept.has(i));
}

function withoutSpecks(geometry, path) {
  if (geometry.type !== "MultiPolygon") return geometry;
  const largeEnough = (coordinates) => path.area({ type: "Polygon", coordinates }) >= SMALLEST_ISLAND;
  return { ...geometry, coordinates: geometry.coordinates.filter(largeEnough) };
}

// Absolute coordinates to relative whole numbers, which takes half the space.
function compact(d) {
  return d.replace(/M[^MZ]*/g, (ring) => {
    const points = ring.slice(1).split("L").map((pair) => pair.split(",").map((n) => Math.round(Number(n))));
    let [x, y] = points[0];
    let text = `M${x},${y}l`;
    for (const [nx, ny] of points.slice(1)) {
      if (nx === x && ny === y) continue;
      text += `${nx - x},${ny - y} `;
      [x, y] = [nx, ny];
    }
    return text.trimEnd().replace(/ -/g, "-").replace(/,-/g, "-").replace(/l$/, "");
  });
}

export async function mapSvg() {
  const topology = JSON.parse(await readFile(new URL("node_modules/world-atlas/countries-50m.json", here), "utf8"));
  const constants = JSON.parse(await readFile(new URL("../workspace/map_projection.json", here), "utf8"));
  const projection = projectionOf(constants);
  const path = geoPath(projection.clipExtent(EXTENT)).digits(2);
  const unclipped = projectionOf(constants);
  const arcs = absoluteArcs(topology).map((arc) => simplified(arc, unclipped));
  const plain = { type: "Topology", arcs, objects: topology.objects };
  const countries = [];
  for (const shape of topology.objects.countries.geometries) {
    const code = CODES[shape.id] ?? (shape.properties.name === "Kosovo" ? "XK" : null);
    if (!code) continue;
    const d = path(withoutSpecks(feature(plain, shape).geometry, path));
    if (d) countries.push(`<path id="${code}" d="${compact(d)}"/>`);
  }
  countries.sort();
  return `<svg xmlns="http://www.w3.org/2000/svg"><!-- Outlines: Natural Earth, public domain, by way of world-atlas. --><g id="land">\n${countries.join("\n")}\n</g></svg>\n`;
}
