import { useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { useUndo } from "@/api/undo";
import { keysOf, offeredCommands } from "@/lib/commands";
import { ranked } from "@/lib/ranking";
import { Icon } from "@/ui/Icon";
import {
  type DeskActions,
  type Feature,
  type PaletteEntry,
  type PaletteGroup,
  type PaletteOption,
  useFeatures,
} from "../feature";
import { useDeskDialogs } from "./dialogs";

const SEARCH_DELAY_MS = 120;

/** What can be done or opened for the words typed so far. */
export function usePalette(query: string): PaletteGroup[] {
  const { t } = useTranslation();
  const [words] = useDebouncedValue(query.trim(), SEARCH_DELAY_MS);
  const [commands] = useState(commandGroups);
  const actions = useActions();
  const found = useFound(query, words);
  const matching = (options: PaletteOption[]) => ranked(options, query, (option) => [option.label]);
  const groups: PaletteGroup[] = [
    ...commands.map(({ title, options }) => ({ title, options: matching(options) })),
    { title: t("palette.actions"), options: matching(actions) },
    ...found,
  ];
  return groups.filter((group) => group.options.length > 0);
}

/** What the features find for the words typed. */
function useFound(query: string, words: string): PaletteGroup[] {
  const features = useFeatures();
  const groups: PaletteGroup[] = [];
  for (const { paletteSearch } of features) {
    if (paletteSearch) groups.push(...paletteSearch(query, words));
  }
  return groups;
}

/** What can be done to the open ticket or to the chosen ones, as it stood when the palette opened. */
function commandGroups(): PaletteGroup[] {
  return offeredCommands().map(({ title, commands }) => ({
    title,
    options: commands.map(({ id, icon, label, key, forbidden, why, run }) => ({
      id,
      sign: <Icon name={icon} />,
      label,
      keys: key ? keysOf(key) : undefined,
      ...(forbidden ? { disabled: true, hint: why, run: () => {} } : { run }),
    })),
  }));
}

const places = ["act", "go", "look", "help"] as const;

/** The palette's entries of all features, in the order of the palette. */
export function entriesOf(features: readonly Feature[]): PaletteEntry[] {
  const entries = features.flatMap(({ palette }) => palette ?? []);
  return places.flatMap((place) => entries.filter((entry) => entry.place === place));
}

/** What entries can do, bound to this page. */
export function useDeskActions(): DeskActions {
  const navigate = useNavigate();
  const dialogs = useDeskDialogs();
  const { undoLast } = useUndo();
  const { setColorScheme } = useMantineColorScheme();
  return { navigate, openDialog: dialogs.open, undoLast, setColorScheme };
}

function useActions(): PaletteOption[] {
  const { t } = useTranslation();
  const desk = useDeskActions();
  const { permissions } = useMe();
  const offered = entriesOf(useFeatures()).filter(
    (entry) => entry.isOffered?.(permissions) ?? true,
  );
  return offered.map(({ id, icon, label, keys, run }) => ({
    id,
    sign: <Icon name={icon} />,
    label: t(label),
    keys: keys ? keysOf(keys) : undefined,
    run: () => run(desk),
  }));
}
