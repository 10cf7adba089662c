export type Finding = { kind: "card" | "iban"; passage: string };

const DIGITS = /(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-]|[ ]\d)/g;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g;
const MOST_FINDINGS = 20;

/** What in a text looks as if nobody should keep it: card numbers and bank accounts whose check digits are right. */
export function findingsIn(text: string): Finding[] {
  const found: Finding[] = [];
  for (const [passage] of text.matchAll(DIGITS))
    if (isCard(passage)) found.push({ kind: "card", passage });
  for (const [passage] of text.matchAll(IBAN))
    if (isIban(passage)) found.push({ kind: "iban", passage });
  const seen = new Set<string>();
  return found
    .filter(({ passage }) => !seen.has(passage) && seen.add(passage))
    .slice(0, MOST_FINDINGS);
}

/** Luhn's check (ISO/IEC 7812-1, annex B). */
function isCard(passage: string): boolean {
  const digits = passage.replace(/\D/g, "");
  if (/^(\d)\1+$/.test(digits)) return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** The remainder by 97 (ISO 13616). */
function isIban(passage: string): boolean {
  const iban = passage.replace(/ /g, "");
  if (iban.length < 15 || iban.length > 34) return false;
  let rest = 0;
  for (const sign of iban.slice(4) + iban.slice(0, 4))
    for (const digit of String(Number.parseInt(sign, 36))) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}
