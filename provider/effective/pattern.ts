/** `*` stands for any text, slashes and ends of lines too; everything else for itself. */
export function pattern(text: string, flags = ""): RegExp {
  const parts = text.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*")}$`, flags);
}
