type Names = [pattern: RegExp, name: string][];

// Order matters: Edge and Chrome also call themselves Safari.
const browsers: Names = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrome\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const systems: Names = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

const nameIn = (names: Names, text: string) => names.find(([pattern]) => pattern.test(text))?.[1];

/** The browser and system that a user agent names; a program's is its own first word. */
export function browserOf(userAgent: string): { browser: string | null; system: string | null } {
  const browser = nameIn(browsers, userAgent) ?? userAgent.split(/[/\s]/)[0];
  return { browser: browser || null, system: nameIn(systems, userAgent) ?? null };
}
