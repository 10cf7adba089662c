/**
 * The text form of conditions as far as the list's box needs it. The server reads it whole
 * (api/atum_desk/conditions) and refuses what cannot be read.
 */
export type Token = {
  kind: "field" | "word" | "or" | "open" | "close";
  text: string;
  negated: boolean;
  depth: number;
  name: string;
  /** What stands after the colon, as it is written. */
  value: string;
};

const PIECE =
  /(?<minus>-(?=\S))?(?:(?<open>\()|(?<close>\))|(?<name>[A-Za-z][\w.-]*):(?!\/\/|\\)(?<value>(?:>=|<=|[<>=^])?(?:(?:"(?:[^"\\]|\\.)*(?:"|$)|[^\s()",]+),?)*)|(?<word>"(?:[^"\\]|\\.)*(?:"|$)|[^\s()"]+))|\S/gsu;

/** The tokens of a text from left to right, those of parentheses within at a greater depth. */
export function tokensOf(text: string): Token[] {
  let depth = 0;
  return [...text.matchAll(PIECE)].map((match): Token => {
    const { minus, open, close, name, value, word } = match.groups ?? {};
    if (close) depth = Math.max(0, depth - 1);
    const at = depth;
    if (open) depth += 1;
    const isOr = !minus && word?.toLowerCase() === "or";
    const kind = open ? "open" : close ? "close" : name ? "field" : isOr ? "or" : "word";
    return {
      kind,
      text: match[0],
      negated: minus !== undefined,
      depth: at,
      name: name?.toLowerCase() ?? "",
      value: value ?? "",
    };
  });
}

/** Whether a text compares fields, so that only the server can tell which tickets meet it. */
export const hasFields = (text: string | undefined) => text?.includes(":") ?? false;

/** Whether a text looks for words, whose matches have an order of their own. */
export function hasWords(text: string | undefined): boolean {
  const tokens = tokensOf(text ?? "");
  const isWord = ({ kind, name }: Token) =>
    kind === "word" || (kind === "field" && name === "words");
  const isPlain = (token: Token) => isWord(token) || token.kind === "or";
  if (tokens.some(({ kind, depth }) => kind === "or" && depth === 0)) {
    return tokens.every(isPlain) && tokens.some((token) => isWord(token) && !token.negated);
  }
  if (tokens.some((token) => isWord(token) && token.depth === 0 && !token.negated)) return true;
  return groupsOf(tokens).some((inner) => inner.length > 0 && inner.every(isPlain));
}

/** What stands in each pair of outer parentheses that nothing negates. */
function groupsOf(tokens: Token[]): Token[][] {
  return tokens.flatMap((token, at) => {
    if (token.kind !== "open" || token.depth !== 0 || token.negated) return [];
    const end = tokens.findIndex(
      (one, place) => place > at && one.kind === "close" && one.depth === 0,
    );
    return [tokens.slice(at + 1, end < 0 ? undefined : end)];
  });
}
