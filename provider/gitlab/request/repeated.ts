import { outcomeUnknown } from "../answer/errors";

/** For requests whose repetition does no harm: once more where it is not known what became of the first. */
export async function repeatedOnce<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!outcomeUnknown(error)) throw error;
    return send();
  }
}
