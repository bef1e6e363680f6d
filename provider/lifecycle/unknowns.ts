export * from "../fields/unknowns";
