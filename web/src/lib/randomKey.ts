/**
 * A fresh random key of 128 bits in hex. `crypto.randomUUID` exists only under TLS and on localhost,
 * and a desk may well be reached by its plain address inside a company.
 */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
