import { expect, it } from "vitest";
import { crypterFor } from "./secrets";

/** Made by the CLI's passphrase provider, with the passphrase "x". */
const salt = "v1:5HJCQqSae6k=:v1:0TIo99nKnf3DCr/8:eAQyhJkAjSI6gKIIRMp5U0OuU2w+Ow==";
const sealed = "v1:gunwtzKuoypzf+1B:dzItqy7800d/S6UkziuCzl5vxWO28MpQsEej";

it("reads what the CLI encrypted", () => {
  expect(crypterFor("x", salt).decrypt(sealed)).toBe('"topsecret"');
});

it("refuses another passphrase", () => {
  expect(() => crypterFor("y", salt)).toThrow("incorrect passphrase");
});

it("encrypts the same text differently each time, and reads it back", () => {
  const crypter = crypterFor("x", salt);
  const [first, second] = [crypter.encrypt("text ü"), crypter.encrypt("text ü")];
  expect(first).not.toBe(second);
  expect(crypter.decrypt(first)).toBe("text ü");
});

it("refuses a secret that was tampered with", () => {
  expect(() => crypterFor("x", salt).decrypt(sealed.replace("dzIt", "dzIu"))).toThrow();
});
