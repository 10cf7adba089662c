import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import type { AnyRoute, UseNavigateResult } from "@tanstack/react-router";
import type { ParseKeys } from "i18next";
import { type ComponentType, createContext, type ReactNode, use } from "react";
import type { Part } from "@/api/access";
import type { MarkedText } from "@/api/types";
import type { LiveChange } from "@/lib/liveSocket";
import type { en } from "@/locales/en";
import type { IconName } from "@/ui/Icon";
import type { DeskDialog } from "./shell/dialogs";

/** A text of the catalogue, by its key. */
export type TextKey = ParseKeys;

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    /** What the page is called. */
    title: TextKey;
  }
}

/** A command of the server that the list of changes has a sentence for, with `_` for its dots. */
export type CommandWords = keyof typeof en.changes.what;

/** A place of the desk, in the rail and on a phone's bottom bar. */
export type NavigationEntry = {
  to: string;
  icon: IconName;
  label: TextKey;
  /** Shown to whoever may read one of these; without them to everybody. */
  parts?: readonly Part[];
  /** Stands in the rail instead of the link, such as the views of the tickets. */
  List?: ComponentType<{ small: boolean }>;
};

/** What an entry of the palette can do. */
export type DeskActions = {
  navigate: UseNavigateResult<string>;
  openDialog: (dialog: DeskDialog) => void;
  undoLast: () => void;
  setColorScheme: (scheme: "dark" | "light") => void;
};

/** Something that can be done everywhere, from the palette and by its keys. */
export type PaletteEntry = {
  id: string;
  /** Where it stands in the palette. */
  place: "act" | "go" | "look" | "help";
  icon: IconName;
  label: TextKey;
  /** As `useKeys` names them: `c`, `g m`. */
  keys?: string;
  /** Opens a field: keys pressed before it has the focus are typed into it. */
  opensField?: boolean;
  /** Whether it is offered now; without this it always is. */
  isOffered?: (permissions: readonly string[]) => boolean;
  run: (desk: DeskActions) => void;
};

export type PaletteOption = {
  id: string;
  sign: ReactNode;
  label: string;
  /** The label with what was searched for marked; without it the typed letters are. */
  marked?: readonly MarkedText[];
  hint?: string;
  /** A second line: who, how it stands, where the words were found. */
  under?: ReactNode;
  /** At the end of the first line. */
  end?: ReactNode;
  keys?: readonly string[];
  /** Cannot be run now; its hint says why. */
  disabled?: boolean;
  run: () => void;
};
export type PaletteGroup = { title: string; options: PaletteOption[] };

/** A hook that finds what was typed: `query` as it is now, `words` once the typing has paused. */
export type PaletteSearch = (query: string, words: string) => PaletteGroup[];

/** The groups of the settings' list, in their order. */
export const settingsGroups = ["you", "staff", "tickets", "mail", "requesters", "system"] as const;

/** A page in the list of the settings. */
export type SettingsSection = {
  /** Its address under `/desk/settings/`. */
  key: string;
  group: (typeof settingsGroups)[number];
  icon: IconName;
  title: TextKey;
  /** What it shows; without reading it there is no page. Without this it is always there. */
  part?: Part;
  /** Whether it stands before all others of its group. */
  leads?: boolean;
};

/** How often a query is fetched at most; livePolicy.json says what that is. */
export type FetchRate = "lists" | "ticket" | "other";

/** Where a feature that reads rows out of live frames hands on what only the server can tell. */
export type RefreshHost = {
  queryClient: QueryClient;
  /** The id of the person who looks. */
  me: number;
  /** Marks a query as old; `together` when that is so of every list. */
  mark: (query: Query, rate: FetchRate, together?: boolean) => void;
};

/** Keeps rows true to live frames without asking for them. */
export type LiveRows = {
  /** Takes the changes of one frame. */
  add: (changes: readonly LiveChange[], gathered: boolean) => void;
  /** Applies what was taken since the last time. */
  apply: () => void;
  /** Drops what was taken. */
  forget: () => void;
  stop: () => void;
};

/** What a feature does with the changes of others. */
export type LiveRules = {
  /** The live words (the `fields` of a frame) whose changes it shows. */
  words: readonly string[];
  /** Which queries a change made old. */
  staleKeys?: (change: LiveChange, queryClient: QueryClient) => QueryKey[];
  /** The rate of its queries by the first part of their keys; others are fetched as "other". */
  rates?: Readonly<Record<string, FetchRate>>;
  createRows?: (host: RefreshHost) => LiveRows;
};

/** Everything that a feature adds to the desk; `app/features.ts` collects it. */
export type Feature = {
  /** The name of its folder. */
  name: string;
  /** Commands of the server that it has the sentences of, for the list of changes. */
  commands?: readonly CommandWords[];
  navigation?: readonly NavigationEntry[];
  palette?: readonly PaletteEntry[];
  paletteSearch?: PaletteSearch;
  settings?: readonly SettingsSection[];
  live?: LiveRules;
  /** The desk's dialogs that it shows; loaded when they are opened. */
  dialogs?: Readonly<Partial<Record<DeskDialog, ComponentType<{ onClose: () => void }>>>>;
};

/** The routes of a feature by what they stand in: the page, the desk, or the settings. */
export type FeatureRoutes = {
  root?: readonly AnyRoute[];
  desk?: readonly AnyRoute[];
  settings?: readonly AnyRoute[];
};

/** Declares a feature; the types of its routes are kept for links. */
export function defineFeature<const R extends FeatureRoutes>(
  feature: Feature & { routes: R },
): Feature & { routes: R } {
  return feature;
}

const FeaturesContext = createContext<readonly Feature[]>([]);

/** Hands the features to the screens, which import none. */
export const FeaturesProvider = FeaturesContext;

export const useFeatures = () => use(FeaturesContext);
