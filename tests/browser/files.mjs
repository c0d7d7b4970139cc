// Lists as schools bring them: typed in LibreOffice, saved as XLSX.
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SOFFICE = process.env.ZVONOK_SOFFICE ?? "soffice";
const quoted = (it) => (/[",\n]/.test(String(it)) ? `"${String(it).replaceAll('"', '""')}"` : String(it));
export const csv = (rows) => rows.map((row) => row.map(quoted).join(",")).join("\n");

/** Has LibreOffice write an XLSX file for each list of rows; answers their paths by name. */
export function xlsxFiles(lists) {
  const folder = mkdtempSync(join(tmpdir(), "zvonok-lists-"));
  const sources = Object.entries(lists).map(([name, rows]) => {
    const path = join(folder, `${name}.csv`);
    writeFileSync(path, csv(rows));
    return path;
  });
  convert(folder, "xlsx", "CSV:44,34,76,1", sources);
  return Object.fromEntries(Object.keys(lists).map((name) => [name, join(folder, `${name}.xlsx`)]));
}

/** The first sheet of an XLSX file as rows of text. */
export function readXlsx(bytes) {
  const folder = mkdtempSync(join(tmpdir(), "zvonok-read-"));
  const path = join(folder, "it.xlsx");
  writeFileSync(path, bytes);
  convert(folder, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false", null, [path]);
  return parseCsv(execFileSync("cat", [join(folder, "it.csv")], { encoding: "utf8" }), ",");
}

function convert(folder, to, filter, files) {
  const input = filter ? [`--infilter=${filter}`] : [];
  execFileSync(SOFFICE, [`-env:UserInstallation=file://${tmpdir()}/zvonok-soffice-${process.pid}`, "--headless", ...input, "--convert-to", to, "--outdir", folder, ...files], { stdio: "pipe" });
}

/** Rows of a CSV text, quotes and all. */
export function parseCsv(text, separator = ";") {
  const rows = [[]];
  let cell = "";
  let inside = false;
  const endCell = () => {
    rows.at(-1).push(cell);
    cell = "";
  };
  const clean = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  for (let at = 0; at < clean.length; at += 1) {
    const sign = clean[at];
    if (inside && sign === '"' && clean[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (sign === '"') {
      inside = !inside;
    } else if (!inside && sign === separator) {
      endCell();
    } else if (!inside && sign === "\n") {
      endCell();
      rows.push([]);
    } else {
      cell += sign;
    }
  }
  endCell();
  return rows.filter((row) => row.some((it) => it !== ""));
}
