// Reads the text of each page of a PDF that Chromium printed: enough to see what stands on which page.
import { execFileSync } from "node:child_process";
import { inflateSync } from "node:zlib";

/** Without spaces, ends of lines and soft hyphens: a narrow column breaks a text anywhere. */
export const squeezed = (text) => text.replace(/[\s\u00ad]+/g, "");

/** The text of a PDF as poppler reads it, squeezed. */
export const pdfText = (bytes) => squeezed(execFileSync("pdftotext", ["-raw", "-", "-"], { input: bytes, encoding: "utf8", maxBuffer: 1 << 26 }));

/** «/Type /Page» and the like as text; streams unpacked. */
function objects(bytes) {
  const text = bytes.toString("latin1");
  const found = new Map();
  for (const { 1: id, index } of text.matchAll(/(?:^|\n)(\d+) 0 obj\s/g)) {
    const end = text.indexOf("endobj", index);
    const body = text.slice(index, end);
    const at = body.indexOf("stream\n");
    const dict = at < 0 ? body : body.slice(0, at);
    let stream = "";
    if (at >= 0) {
      const from = index + at + "stream\n".length;
      const raw = bytes.subarray(from, text.indexOf("endstream", from));
      stream = dict.includes("/FlateDecode") ? inflateSync(raw).toString("latin1") : raw.toString("latin1");
    }
    found.set(Number(id), { dict, stream });
  }
  return found;
}

const hex = (it) => String.fromCodePoint(...(it.match(/.{4}/g) ?? []).map((part) => parseInt(part, 16)));

/** From glyphs to letters, by the font's ToUnicode. */
function letters(cmap) {
  const map = new Map();
  for (const [, block] of cmap.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, from, to] of block.matchAll(/<(\w+)>\s*<(\w+)>/g)) {
      map.set(parseInt(from, 16), hex(to));
    }
  }
  for (const [, block] of cmap.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, from, to, first] of block.matchAll(/<(\w+)>\s*<(\w+)>\s*<(\w+)>/g)) {
      for (let at = parseInt(from, 16); at <= parseInt(to, 16); at += 1) {
        map.set(at, String.fromCodePoint(parseInt(first, 16) + at - parseInt(from, 16)));
      }
    }
  }
  return map;
}

/** The text of each page, in the order in which it was painted. */
export function pdfPages(bytes) {
  const all = objects(bytes);
  const fonts = new Map();
  const font = (id) => {
    if (!fonts.has(id)) {
      const cmap = /\/ToUnicode (\d+) 0 R/.exec(all.get(id)?.dict ?? "");
      fonts.set(id, cmap ? letters(all.get(Number(cmap[1])).stream) : new Map());
    }
    return fonts.get(id);
  };
  const painted = ({ dict, stream }) => {
    const names = new Map([...dict.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => [name, font(Number(id))]));
    let map = new Map();
    let out = "";
    for (const [, name, codes] of stream.matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>/g)) {
      if (name) {
        map = names.get(name) ?? new Map();
        out += " ";
      } else {
        out += (codes.match(/.{4}/g) ?? []).map((it) => map.get(parseInt(it, 16)) ?? "").join("");
      }
    }
    return out.replace(/\s+/g, " ");
  };
  const order = [...all.values()].find((it) => /\/Type \/Pages/.test(it.dict) && !/\/Parent/.test(it.dict));
  const leaves = (dict) =>
    [.../\/Kids \[([^\]]*)\]/.exec(dict)[1].matchAll(/(\d+) 0 R/g)].flatMap(([, id]) => {
      const it = all.get(Number(id));
      return /\/Type \/Pages/.test(it.dict) ? leaves(it.dict) : [it];
    });
  return leaves(order.dict).map((page) => {
    const [, id] = /\/Contents (\d+) 0 R/.exec(page.dict);
    const inner = [...page.dict.matchAll(/\/X\d+ (\d+) 0 R/g)].map(([, it]) => all.get(Number(it))).filter((it) => it?.dict.includes("/Form"));
    const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(page.dict);
    const text = [{ dict: page.dict, stream: all.get(Number(id)).stream }, ...inner].map(painted).join(" ");
    return { text, landscape: Number(width) > Number(height) };
  });
}
