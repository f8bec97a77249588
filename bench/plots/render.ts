import { writeFileSync } from "node:fs";
import { type EChartsOption, init } from "echarts";

const folder = new URL("../../docs/performance/", import.meta.url);

/** What every chart looks like: dark on white, so that it reads in a page of either colour, and nothing moves. */
const look: EChartsOption = {
  animation: false,
  backgroundColor: "#fff",
  color: ["#1b6ca8", "#d1495b", "#3a7d44", "#8d5a97", "#c8811a", "#55606b", "#0e9594", "#a44a3f"],
  textStyle: { fontFamily: "Helvetica, Arial, sans-serif", color: "#222" },
};

/** A title, and under it what a reader must know to believe the figures. */
export const titled = (text: string, subtext: string) => ({
  text,
  subtext,
  left: 16,
  top: 10,
  itemGap: 6,
  textStyle: { fontSize: 17, color: "#111" },
  subtextStyle: { fontSize: 12, lineHeight: 16, color: "#555" },
});

/** Axis names lie in the middle of their axis, clear of its labels by `gap` pixels. */
export const named = (name: string, gap: number) =>
  ({ name, nameLocation: "middle", nameGap: gap, nameTextStyle: { fontSize: 13, color: "#222" } }) as const;

const IDS = /zr\d+-/g;
const CLASSES = /zr-cls-\d+/g;

/** Numbers classes as they appear within a picture: they are counted over all pictures that were drawn. */
function ofItsOwn(svg: string): string {
  const names = new Map<string, string>();
  return svg.replaceAll(CLASSES, (name) => {
    const own = names.get(name) ?? `zr-cls-${names.size}`;
    names.set(name, own);
    return own;
  });
}

/** Writes docs/performance/<name>.svg. The same chart gives the same bytes. */
export function draw(
  name: string,
  { width, height }: { width: number; height: number },
  chart: EChartsOption,
): void {
  const drawing = init(null, null, { renderer: "svg", ssr: true, width, height });
  drawing.setOption({ ...look, ...chart });
  // What is defined within a picture is numbered by how many pictures there were before it.
  const svg = ofItsOwn(drawing.renderToSVGString().replaceAll(IDS, "zr-"));
  drawing.dispose();
  writeFileSync(new URL(`${name}.svg`, folder), `${svg.trim()}\n`);
  console.log(`docs/performance/${name}.svg`);
}
