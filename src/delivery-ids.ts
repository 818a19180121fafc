/**
 * Delivery ids follow from the step that makes them (`turn-17.1`, `turn-17.2`), so that a step that runs again after
 * a crash makes the same ones.
 */
export function deliveryIds(step: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `${step}.${count}`;
  };
}
