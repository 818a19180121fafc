/**
 * Vectors as a byte a dimension: a quarter of the memory and the disk, at no loss that the benchmark shows
 * (`bench/retrieval/README.md`). As bytes: the scale (float32, little endian), then the values.
 */
export function toBytes(vector: Float32Array): Buffer {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const scale = largest / 127 || 1;
  const bytes = Buffer.alloc(4 + vector.length);
  bytes.writeFloatLE(scale, 0);
  for (let at = 0; at < vector.length; at += 1) bytes.writeInt8(Math.round(vector[at]! / scale), 4 + at);
  return bytes;
}

export interface Quantised {
  readonly scale: number;
  readonly values: Int8Array;
}

export function fromBytes(bytes: Uint8Array): Quantised {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    scale: view.getFloat32(0, true),
    values: new Int8Array(bytes.buffer, bytes.byteOffset + 4, bytes.byteLength - 4),
  };
}
