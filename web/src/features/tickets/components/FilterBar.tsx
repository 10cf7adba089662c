import { Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { type FilterKey, filterKeys, filters, table } from "../properties";
import { type TicketSearch, toggled, valuesOf } from "../search";
import classes from "./FilterBar.module.css";
import { FilterChip } from "./FilterChip";

const TYPING_MS = 250;

/** What the list is narrowed to; every chip is a part of the URL. */
export function FilterBar({ search }: { search: TicketSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [adding, setAdding] = useState<FilterKey | null>(null);
  const set = (next: TicketSearch) =>
    void navigate({ to: "/desk/tickets", search: next, replace: true });
  const hidden = teamIsTheTitle(search) ? "team" : null;
  const shown = filterKeys.filter(
    (key) => key !== hidden && (valuesOf(search, key).length > 0 || key === adding),
  );
  return (
    <div className={classes.bar} role="toolbar" aria-label={t("tickets.filters")}>
      {shown.map((key) => (
        <FilterChip
          key={key}
          name={key}
          values={valuesOf(search, key)}
          openAtOnce={key === adding}
          onToggle={(value) => set(toggled(search, key, value))}
          onRemove={() => {
            setAdding(null);
            set({ ...search, [key]: undefined });
          }}
          onClosed={() => setAdding(null)}
        />
      ))}
      <Menu position="bottom-start" width={180}>
        <Menu.Target>
          <Button icon="plus">{t("tickets.filter")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {filters
            .filter(({ key }) => !shown.includes(key) && key !== hidden)
            .map(({ key, name, icon, label }) => (
              <Menu.Item
                key={key}
                leftSection={<Icon name={icon ?? table[name].icon} />}
                onClick={() => setAdding(key)}
              >
                {t(label ?? table[name].label)}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      <span className="grow" />
      {(shown.length > 0 || search.q) && (
        <Button onClick={() => set(withoutFilters(search, hidden))}>{t("tickets.clear")}</Button>
      )}
      <WordsField words={search.q ?? ""} onWords={(q) => set({ ...search, q: q || undefined })} />
    </div>
  );
}

/** A team's own list has the team as its name, so no chip repeats it. */
function teamIsTheTitle(search: TicketSearch): boolean {
  return search.view === undefined && valuesOf(search, "team").length === 1;
}

function withoutFilters(search: TicketSearch, kept: FilterKey | null): TicketSearch {
  return {
    view: search.view,
    sort: search.sort,
    group: search.group,
    team: kept === "team" ? search.team : undefined,
  };
}

function WordsField({ words, onWords }: { words: string; onWords: (words: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(words);
  useEffect(() => setTyped(words), [words]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: waits for the typing, nothing else
  useEffect(() => {
    if (typed === words) return;
    const timer = setTimeout(() => onWords(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label className={classes.words}>
      <Icon name="search" />
      <input
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        placeholder={t("tickets.words")}
        aria-label={t("tickets.words")}
      />
    </label>
  );
}
