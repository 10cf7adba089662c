import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { searchQuery } from "@/api/search";
import type { SearchKind, SearchResult } from "@/api/types";
import { useLayout } from "@/app/shell/paneLayout";
import { Button, IconButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Bar, Pane } from "@/ui/Pane";
import { Segments } from "@/ui/Segments";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { HitList } from "./HitList";
import { Narrowing } from "./Narrowing";
import { RecentSearches } from "./RecentSearches";
import { keepSearch, useRecentSearches } from "./recentSearches";
import { SavedSearches } from "./SavedSearches";
import classes from "./SearchScreen.module.css";
import { useSaveSearch } from "./savedSearches";
import { type SearchState, searchKinds } from "./searchState";

const route = getRouteApi("/desk/search");

const TYPING_MS = 200;
/** A word that somebody stays with this long was meant. */
const MEANT_MS = 2_000;
const FIRST = 10;
const MOST = 50;

/** Everything that holds some words: tickets, contacts, organizations and files. */
export function SearchScreen() {
  const { t } = useTranslation();
  const { phone } = useLayout();
  const [state, change] = useSearchState();
  const q = state.q ?? "";
  const limit = useGrowing(`${q} ${state.kind} ${state.order}`);
  const found = useQuery(
    searchQuery({
      q,
      kinds: state.kind && [state.kind],
      sort: state.order ?? "rank",
      limit: limit.now,
    }),
  );
  const kept = useRecentSearches();
  const [narrowing, setNarrowing] = useState(false);
  useKept(kept.person, q);
  return (
    <div className={classes.screen}>
      <Pane as="main" label={t("search.title")}>
        <Bar>
          <SearchBox q={q} onText={(text) => change({ q: text || undefined })} />
        </Bar>
        {q && (
          <Choices
            state={state}
            onChange={change}
            narrowing={narrowing}
            onNarrowing={phone ? () => setNarrowing(!narrowing) : undefined}
          />
        )}
        <div className={classes.body}>
          {phone && q && narrowing && (
            <Narrowing q={q} onText={(text) => change({ q: text || undefined })} />
          )}
          {!q && <SavedSearches onPick={(words) => change({ q: words })} />}
          {!q && <RecentSearches {...kept} onPick={(words) => change({ q: words })} />}
          {q && found.error && <ErrorState error={found.error} onRetry={() => found.refetch()} />}
          {q && found.isLoading && <Skeleton rows={8} height={64} />}
          {q && found.data && !found.error && (
            <Found result={found.data} limit={limit} phone={phone} />
          )}
        </div>
      </Pane>
      {!phone && q && <Narrowing q={q} onText={(text) => change({ q: text || undefined })} />}
    </div>
  );
}

function useSearchState() {
  const navigate = useNavigate();
  const state = route.useSearch();
  const change = (part: SearchState) =>
    void navigate({ to: "/desk/search", search: { ...state, ...part }, replace: true });
  return [state, change] as const;
}

/** How many of each kind are asked for, from the first page on until something else is searched. */
function useGrowing(key: string) {
  const [grown, setGrown] = useState({ key, now: FIRST });
  const now = grown.key === key ? grown.now : FIRST;
  return { now, more: now < MOST ? () => setGrown({ key, now: MOST }) : undefined };
}

function useKept(person: number, q: string) {
  const [meant] = useDebouncedValue(q, MEANT_MS);
  useEffect(() => keepSearch(person, meant), [person, meant]);
}

type SearchBoxProps = { q: string; onText: (text: string) => void };

function SearchBox({ q, onText }: SearchBoxProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(q);
  const [said, setSaid] = useState(q);
  // What was said elsewhere, by a filter or a link, stands in the box, too.
  if (said !== q) {
    setSaid(q);
    if (q !== typed.trim()) setTyped(q);
  }
  useEffect(() => {
    if (typed.trim() === q) return;
    const timer = setTimeout(() => onText(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  });
  return (
    <label className={classes.box}>
      <Icon name="search" />
      <input
        type="search"
        inputMode="search"
        enterKeyHint="search"
        dir="auto"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={typed}
        placeholder={t("search.box")}
        aria-label={t("search.box")}
        // biome-ignore lint/a11y/noAutofocus: the screen is this field
        autoFocus
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.nativeEvent.isComposing) onText(typed.trim());
        }}
      />
      {typed && (
        <IconButton
          icon="x"
          label={t("search.clear")}
          onClick={() => {
            setTyped("");
            onText("");
          }}
        />
      )}
    </label>
  );
}

type ChoicesProps = {
  state: SearchState;
  onChange: (part: SearchState) => void;
  narrowing: boolean;
  /** Where there is no room for the comparisons beside the result. */
  onNarrowing: (() => void) | undefined;
};

function Choices({ state, onChange, narrowing, onNarrowing }: ChoicesProps) {
  const { t } = useTranslation();
  const save = useSaveSearch(state.q ?? "");
  const names: Record<SearchKind, string> = {
    tickets: t("palette.tickets"),
    contacts: t("search.kind.contacts"),
    organizations: t("palette.organizations"),
    attachments: t("palette.files"),
  };
  return (
    <div className={classes.choices}>
      <Segments
        label={t("search.kind.label")}
        value={state.kind ?? "all"}
        onChange={(kind: SearchKind | "all") =>
          onChange({ kind: kind === "all" ? undefined : kind })
        }
        options={[
          { value: "all" as const, label: t("search.kind.all") },
          ...searchKinds.map((kind) => ({ value: kind, label: names[kind] })),
        ]}
      />
      <span className="grow" />
      <Segments
        label={t("search.sort.label")}
        value={state.order ?? "rank"}
        onChange={(sort) => onChange({ order: sort === "rank" ? undefined : sort })}
        options={[
          { value: "rank", label: t("search.sort.rank") },
          { value: "time", label: t("search.sort.time") },
        ]}
      />
      {onNarrowing && (
        <Button look="line" icon="filter" aria-expanded={narrowing} onClick={onNarrowing}>
          {t("search.narrow")}
        </Button>
      )}
      {save && (
        <Button look="line" icon="star" onClick={() => void save()}>
          {t("search.save")}
        </Button>
      )}
    </div>
  );
}

type FoundProps = {
  result: SearchResult;
  limit: { more: (() => void) | undefined };
  phone: boolean;
};

function Found({ result, limit, phone }: FoundProps) {
  const { t } = useTranslation();
  const pages = [result.tickets, result.contacts, result.organizations, result.attachments];
  const count = pages.reduce((sum, page) => sum + (page?.items.length ?? 0), 0);
  const isCut = pages.some((page) => page?.next_cursor);
  return (
    <>
      <p className={classes.said} role="status">
        {result.corrected ? t("palette.corrected", { ...result.corrected }) : null}{" "}
        <span className={classes.count}>
          {t(isCut ? "search.shownFirst" : "search.shown", { count })}
        </span>
      </p>
      {count === 0 ? (
        <EmptyState icon="search" title={t("search.nothing")} hint={t("search.nothingHint")} />
      ) : (
        <HitList result={result} phone={phone} />
      )}
      {isCut && limit.more && (
        <Button look="line" className={classes.more} onClick={limit.more}>
          {t("search.more")}
        </Button>
      )}
    </>
  );
}
