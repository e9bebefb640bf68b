/**
 * Formats numbers and dates for axes and tooltips, with the same rules as src/report/format.h; the cases in
 * tests/golden/report/formats.json hold for both.
 *
 *   number  number:2  number:short  percent  percent:0  eur  usd:0  krw:short  date  month  %d.%m.%Y  text
 */
const currencies: Record<string, [symbol: string, digits: number]> = {
  usd: ["$", 2], eur: ["€", 2], gbp: ["£", 2], jpy: ["¥", 0], krw: ["₩", 0], cny: ["CN¥", 2], inr: ["₹", 2],
  chf: ["CHF ", 2], sek: ["SEK ", 2], nok: ["NOK ", 2], dkk: ["DKK ", 2], pln: ["PLN ", 2], czk: ["CZK ", 2],
  brl: ["R$", 2], cad: ["CA$", 2], aud: ["A$", 2], mxn: ["MX$", 2], try: ["₺", 2], vnd: ["₫", 0], thb: ["฿", 2],
};

const datePatterns: Record<string, string> = {
  date: "%Y-%m-%d",
  day: "%-d %b %Y",
  month: "%b %Y",
  quarter: "Q%q %Y",
  year: "%Y",
  weekday: "%A",
  time: "%H:%M",
  datetime: "%Y-%m-%d %H:%M",
};

const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                "November", "December"];
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

export function formatValue(value: number | string | null | undefined, format: string): string {
  if (value === null || value === undefined) return "–";
  if (isDateFormat(format)) {
    const date = typeof value === "number" ? new Date(value) : parseDate(value);
    return Number.isNaN(date.getTime()) ? String(value) : formatDate(date, datePatterns[format] ?? format);
  }
  return typeof value === "number" ? formatNumber(value, format) : value;
}

/**
 * Formats what stands at an axis or in a small place. `largest` is the largest number there: with it at 10,000 and
 * above all are shortened alike. No more decimals are shown than a tick has.
 */
export function formatTick(value: number, format: string, largest: number): string {
  const [name = ""] = format.split(":");
  if (name === "text") return formatNumber(value, name);
  if (name !== "percent" && largest >= 10000) return formatNumber(value, `${name}:short`);
  // Twelve digits hide what binary fractions add to ticks: 0.30000000000000004.
  const plain = expand(Number((name === "percent" ? value * 100 : value).toPrecision(12)));
  return formatNumber(value, `${name}:${Math.min(plain.split(".")[1]?.length ?? 0, 9)}`);
}

export function isDateFormat(format: string): boolean {
  return format in datePatterns || format.includes("%");
}

export function formatNumber(value: number, format: string): string {
  if (!Number.isFinite(value)) return String(value);
  const [name = "number", option] = format.split(":");
  const plain = expand(value);
  if (name === "text") return plain;
  const currency = currencies[name];
  const prefix = currency?.[0] ?? "";
  if (option === "short") return decorate(shorten(plain), prefix);
  if (name === "percent") return decorate(group(round(shift(plain, 2), Number(option ?? 1))) + "%", "");
  if (option !== undefined) return decorate(group(round(plain, Number(option))), prefix);
  if (currency) return decorate(group(round(plain, currency[1])), prefix);
  return decorate(group(plain.includes(".") ? round(plain, 2) : plain), prefix);
}

/** Puts the symbol between sign and digits, and drops the sign of what was rounded to zero. */
function decorate(text: string, prefix: string): string {
  const negative = text.startsWith("-") && /[1-9]/.test(text);
  return (negative ? "-" : "") + prefix + text.replace(/^-/, "");
}

/** The shortest decimal digits of a number, never with an exponent. */
function expand(value: number): string {
  const text = String(value);
  const [mantissa = "", exponent] = text.split("e");
  return exponent === undefined ? text : shift(mantissa, Number(exponent));
}

/** Moves the decimal point of plain digits by `places` to the right. */
function shift(plain: string, places: number): string {
  const sign = plain.startsWith("-") ? "-" : "";
  const [whole = "0", fraction = ""] = plain.replace("-", "").split(".");
  let digits = whole + fraction;
  let point = whole.length + places;
  if (point <= 0) {
    digits = "0".repeat(1 - point) + digits;
    point = 1;
  }
  digits = digits.padEnd(point, "0");
  const before = digits.slice(0, point).replace(/^0+(?=\d)/, "");
  return sign + trimZeros(before + "." + digits.slice(point));
}

/** Rounds plain digits half away from zero, as people do on paper. */
function round(plain: string, decimals: number): string {
  const sign = plain.startsWith("-") ? "-" : "";
  const [whole = "0", fraction = ""] = plain.replace("-", "").split(".");
  const kept = whole + fraction.slice(0, decimals).padEnd(decimals, "0");
  const up = fraction.length > decimals && fraction.charAt(decimals) >= "5";
  const digits = up ? increment(kept) : kept;
  const point = digits.length - decimals;
  return sign + digits.slice(0, point) + (decimals > 0 ? "." + digits.slice(point) : "");
}

function increment(digits: string): string {
  const nines = /9*$/.exec(digits)?.[0].length ?? 0;
  const head = digits.slice(0, digits.length - nines);
  const tail = "0".repeat(nines);
  if (head === "") return "1" + tail;
  return head.slice(0, -1) + String(Number(head.slice(-1)) + 1) + tail;
}

function group(plain: string): string {
  const [whole = "", fraction] = plain.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? grouped : grouped + "." + fraction;
}

/** 0.125 -> 0.13, 12.34 -> 12.3, 1234 -> 1.2K, 56,789 -> 56.8K, 999,960 -> 1M. */
function shorten(plain: string): string {
  const suffixes = ["", "K", "M", "B", "T"];
  for (let step = 0; ; ++step) {
    const scaled = shift(plain, -3 * step);
    const size = Math.abs(Number(scaled));
    const text = trimZeros(round(scaled, size < 1 && step === 0 ? 2 : size < 99.95 ? 1 : 0));
    if (Math.abs(Number(text)) < 1000 || step + 1 === suffixes.length) return group(text) + (suffixes[step] ?? "");
  }
}

function trimZeros(plain: string): string {
  return plain.includes(".") ? plain.replace(/\.?0+$/, "") : plain;
}

/** Dates carry no zone: they are read, drawn and shown as if in UTC, the same on every reader's machine. */
export function parseDate(text: string): Date {
  return new Date(text.length === 10 ? text + "T00:00:00Z" : text.replace(" ", "T") + "Z");
}

function formatDate(date: Date, pattern: string): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const month = months[date.getUTCMonth()] ?? "";
  const weekday = weekdays[date.getUTCDay()] ?? "";
  const parts: Record<string, string> = {
    Y: String(date.getUTCFullYear()).padStart(4, "0"), y: two(date.getUTCFullYear() % 100),
    m: two(date.getUTCMonth() + 1), "-m": String(date.getUTCMonth() + 1),
    d: two(date.getUTCDate()), "-d": String(date.getUTCDate()),
    B: month, b: month.slice(0, 3), A: weekday, a: weekday.slice(0, 3), q: String(Math.floor(date.getUTCMonth() / 3) + 1),
    H: two(date.getUTCHours()), "-H": String(date.getUTCHours()), M: two(date.getUTCMinutes()), S: two(date.getUTCSeconds()),
    "%": "%",
  };
  return pattern.replace(/%(-?[A-Za-z%])/g, (whole, key: string) => parts[key] ?? whole);
}
