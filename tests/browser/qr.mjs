// Reads a QR code as a phone would: of version 3 (29 squares a side), drawn without a fault.

const SIDE = 29;
/** Bits of the text; those behind them mend mistakes (level M). */
const DATA = 44 * 8;
const MASKS = [
  (r, c) => (r + c) % 2,
  (r) => r % 2,
  (_, c) => c % 3,
  (r, c) => (r + c) % 3,
  (r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2,
  (r, c) => ((r * c) % 2) + ((r * c) % 3),
  (r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2,
  (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2,
];
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** The squares that hold no data: corners, the lines between them, the small square. */
function isFixed(r, c) {
  const corner = (r < 9 && (c < 9 || c > SIDE - 9)) || (r > SIDE - 9 && c < 9);
  const small = r >= 20 && r <= 24 && c >= 20 && c <= 24;
  return corner || small || r === 6 || c === 6;
}

/** The bits in the order in which a code is read: pairs of columns from the right, up and down. */
function bitsOf(dark) {
  const mask = MASKS[[2, 3, 4].reduce((all, c) => all * 2 + dark(8, c), 0) ^ 0b101];
  const bits = [];
  let up = true;
  for (let right = SIDE - 1; right > 0; right -= 2) {
    right -= right === 6 ? 1 : 0;
    for (let step = 0; step < SIDE; step += 1) {
      const r = up ? SIDE - 1 - step : step;
      for (const c of [right, right - 1]) {
        if (!isFixed(r, c)) {
          bits.push(dark(r, c) ^ (mask(r, c) === 0 ? 1 : 0));
        }
      }
    }
    up = !up;
  }
  return bits;
}

/** The text of a code: `path` is «Mx yh1v1h-1z…», one square after another. */
export function readQr(path, side) {
  if (side !== SIDE) {
    throw new Error(`a code of ${side} squares`);
  }
  const squares = new Set([...path.matchAll(/M(\d+) (\d+)h1/g)].map(([, x, y]) => `${y} ${x}`));
  const bits = bitsOf((r, c) => (squares.has(`${r} ${c}`) ? 1 : 0));
  let at = 0;
  const take = (count) => bits.slice(at, (at += count)).reduce((all, it) => all * 2 + it, 0);
  const digits = (count, length) => String(take(count)).padStart(length, "0");
  let text = "";
  while (DATA - at >= 4) {
    const mode = take(4);
    if (mode === 0) {
      break;
    }
    if (mode === 1) {
      let left = take(10);
      for (; left >= 3; left -= 3) {
        text += digits(10, 3);
      }
      text += left === 2 ? digits(7, 2) : left === 1 ? digits(4, 1) : "";
    } else if (mode === 2) {
      let left = take(9);
      for (; left >= 2; left -= 2) {
        const pair = take(11);
        text += LETTERS[Math.floor(pair / 45)] + LETTERS[pair % 45];
      }
      text += left === 1 ? LETTERS[take(6)] : "";
    } else if (mode === 4) {
      for (let left = take(8); left > 0; left -= 1) {
        text += String.fromCharCode(take(8));
      }
    } else {
      throw new Error(`mode ${mode} in «${text}»`);
    }
  }
  return text;
}
