import { Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStaff, useStatuses, useTeams } from "@/api/directory";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { type ChipNames, composed, decomposed } from "../conditionText";
import { NOBODY, priorities } from "../options";
import { type FilterKey, filterKeys, filters, table } from "../properties";
import { type TicketSearch, toggled, valuesOf } from "../search";
import { ConditionError, wrongCondition } from "./ConditionError";
import { ConditionField } from "./ConditionField";
import classes from "./FilterBar.module.css";
import { FilterChip } from "./FilterChip";

/** What the list is narrowed to; every chip is a part of the URL. */
export function FilterBar({ search, error }: { search: TicketSearch; error: Error | null }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [adding, setAdding] = useState<FilterKey | null>(null);
  const set = (next: TicketSearch) =>
    void navigate({ to: "/desk/tickets", search: next, replace: true });
  const [touched, setTouched] = useState(false);
  const isNarrowed =
    Boolean(search.q) || filterKeys.some((key) => valuesOf(search, key).length > 0);
  const names = useChipNames(touched || isNarrowed);
  const said = (text: string) => decomposed(text, search, names);
  const wrong = wrongCondition(error);
  const errorId = useId();
  const hidden = teamIsTheTitle(search) ? "team" : null;
  const shown = filterKeys.filter(
    (key) => key !== hidden && (valuesOf(search, key).length > 0 || key === adding),
  );
  return (
    <>
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
        {(shown.length > 0 || search.q) && (
          <Button onClick={() => set(withoutFilters(search, hidden))}>{t("tickets.clear")}</Button>
        )}
        <span className="grow" />
        <ConditionField
          text={composed(search, names)}
          onFocus={() => setTouched(true)}
          errorId={wrong ? errorId : undefined}
          isSame={(one, other) => JSON.stringify(said(one)) === JSON.stringify(said(other))}
          onText={(text) => set(said(text))}
        />
      </div>
      {wrong && (
        <ConditionError
          id={errorId}
          text={search.q ?? ""}
          wrong={wrong}
          onText={(q) => set(said(composed({ ...search, q }, names)))}
        />
      )}
    </>
  );
}

/** What the text calls the values of chips; of statuses and priorities their keys. A list as it opens needs none. */
function useChipNames(wanted: boolean): ChipNames {
  const [teams, staff, statuses] = [useTeams(wanted), useStaff(wanted), useStatuses(wanted)];
  return useMemo(() => {
    const keys = (values: readonly string[]) => values.map((value) => ({ value, name: value }));
    const named = ({ id, name }: { id: number; name: string }) => ({ value: String(id), name });
    return {
      team: teams.map(named),
      assignee: [...keys(["me", NOBODY]), ...staff.map(named)],
      status: keys(statuses.map(({ key }) => key)),
      priority: keys(priorities),
    };
  }, [teams, staff, statuses]);
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
