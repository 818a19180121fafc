/** Works through a list, `most` of it at once, and says what failed, in a line each. Never rejects. */
export async function atOnce<T>(
  list: readonly T[],
  most: number,
  work: (one: T) => Promise<void>,
): Promise<readonly string[]> {
  const failures: string[] = [];
  const left = list.values();
  const worker = async () => {
    for (const one of left) {
      await work(one).catch((error: unknown) => {
        const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
        failures.push(line);
      });
    }
  };
  await Promise.all(Array.from({ length: most }, worker));
  return failures;
}
