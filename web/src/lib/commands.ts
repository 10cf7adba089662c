import { useEffect, useRef } from "react";
import type { IconName } from "@/ui/Icon";
import { type KeyBindings, OPENS_FIELD, useKeys } from "./keyboard";

/** Something that the page can do now, by its key or from the command palette. */
export type Command = {
  id: string;
  icon: IconName;
  label: string;
  /** As `useKeys` names it. */
  key?: string;
  /** May not be done now: its key does nothing, and nothing offers it but to say `why`. */
  forbidden?: boolean;
  /** Why it may not be done, as a sentence: with it menu and palette show it all the same. */
  why?: string;
  /** Opens a field: keys pressed before it has the focus are typed into it. */
  opensField?: boolean;
  /** Runs when a menu shows it: it may learn then what it would do. */
  prepare?: () => void;
  run: () => void;
};

export type CommandGroup = {
  /** What the commands act on, such as "#4187 VPN drops" or "3 selected". */
  title: string;
  commands: Command[];
};

const layers: { current: CommandGroup }[] = [];

/** What the page can do now, the innermost part of it first. */
export function offeredCommands(): CommandGroup[] {
  return layers
    .map(({ current }) => ({
      title: current.title,
      commands: current.commands.filter(({ forbidden, why }) => !forbidden || why),
    }))
    .reverse();
}

/** Offers commands to the palette while the component is mounted; `withKeys` binds their keys, too. */
export function useCommands(group: CommandGroup, { withKeys = true } = {}): void {
  const layer = useRef(group);
  layer.current = group;
  useEffect(() => {
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
    };
  }, []);
  useKeys(withKeys ? bindingsOf(group.commands) : {});
}

/** A forbidden command keeps its key, or an outer part of the page would answer to it. */
function bindingsOf(commands: Command[]): KeyBindings {
  return Object.fromEntries(
    commands.flatMap((command) =>
      command.key ? [[command.key, bindingOf(command)] as const] : [],
    ),
  );
}

function bindingOf({ forbidden, opensField, run }: Command): () => unknown {
  if (forbidden) return () => {};
  return () => {
    run();
    return opensField ? OPENS_FIELD : undefined;
  };
}

const printed: Record<string, string> = { mod: "ctrl", Escape: "esc", Enter: "enter" };

/** The keys to press, as they are printed on a keyboard: `mod+p` is ctrl and p, `g o` one after the other. */
export function keysOf(key: string): string[] {
  return key.split(/[+ ]/).map((part) => printed[part] ?? part);
}
