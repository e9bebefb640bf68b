// node embed.mjs DIST OUTPUT.cpp: writes the built pages into a C++ source that defines what web_assets.h declares.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [dist, output] = process.argv.slice(2);

/** Raw string literals of a size that every compiler takes; the compiler joins them. Cut at line ends or anywhere in ASCII. */
function literal(bytes) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += 8000) {
    // latin1 keeps every byte as it is, also half of a UTF-8 sequence at a cut.
    pieces.push(`R"weir(${bytes.subarray(at, at + 8000).toString("latin1")})weir"`);
  }
  return pieces.join("\n");
}

function asset(name, forbidden) {
  const bytes = readFileSync(join(dist, name));
  const text = bytes.toString("utf8").toLowerCase();
  for (const part of [forbidden, ')weir"', "\r"]) {
    if (text.includes(part)) throw new Error(`${name} contains ${JSON.stringify(part)}, which would end it early inside a page`);
  }
  return bytes;
}

const script = asset("report.js", "</script");
const style = asset("report.css", "</style");
const hash = createHash("sha256").update(script).digest("base64");

writeFileSync(output, Buffer.from(`// Made by web/embed.mjs.
#include "web_assets.h"

namespace weir::web {
std::string_view report_js() { return std::string_view(
${literal(script)}, ${script.length}); }
std::string_view report_css() { return std::string_view(
${literal(style)}, ${style.length}); }
std::string_view report_js_csp_hash() { return "sha256-${hash}"; }
}  // namespace weir::web
`, "latin1"));
