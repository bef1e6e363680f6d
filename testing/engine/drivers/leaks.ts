/** An emulator's token in what people read, or in what is kept, is a mistake in whatever program it is. */
export function refuseLeak(token: string | undefined, places: Readonly<Record<string, string>>): void {
  if (token === undefined || token === "") return;
  const place = Object.keys(places).find((name) => places[name]?.includes(token));
  if (place !== undefined) throw new Error(`The emulator's token is in the ${place}.`);
}
