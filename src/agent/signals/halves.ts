/**
 * Numbers of half precision (IEEE 754 binary16, little endian) as the model's file keeps them. Read by hand: Node 22,
 * which may run an installation, has no `Float16Array`.
 */
export function numbersFromHalves(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length / 2 }, (_, at) => numberFrom(view.getUint16(2 * at, true)));
}

function numberFrom(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1_024) * 2 ** (exponent - 15));
}
