import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { useMayRead } from "@/api/access";
import { client, write } from "@/api/client";
import { directoryKeys, statusesQuery } from "@/api/directory";
import { asProblem } from "@/api/problem";
import type { Status } from "@/api/types";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { toast } from "@/lib/toast";
import { IconButton } from "@/ui/Button";
import { ListState } from "@/ui/ListState";
import { Row } from "@/ui/Row";
import { EmptyState } from "@/ui/States";
import { useSaved } from "@/ui/saved";
import { StatusIcon } from "@/ui/TicketIcons";
import { rolesQuery } from "../api";
import { PresetButton } from "./PresetButton";
import { ResolutionsCard } from "./ResolutionsCard";
import { RulesCard } from "./RulesCard";
import { StatusDialog } from "./StatusDialog";
import { TransitionTable } from "./TransitionTable";

const PERMISSION = "settings:statuses:edit";

/** The statuses of tickets in their order, and a picture of what may follow what. */
export function StatusesPage() {
  const { t } = useTranslation();
  const { opened, open, close } = useSettingsSearch();
  const locked = useLocked(PERMISSION);
  const answer = useQuery(statusesQuery);
  const mayRead = useMayRead();
  const roles = useQuery({ ...rolesQuery, enabled: mayRead("staff") }).data ?? [];
  const statuses = answer.data ?? [];
  const edited = statuses.find((status) => String(status.id) === opened);
  const reload = async () =>
    (await answer.refetch()).data?.find((status) => status.key === edited?.key);
  return (
    <Page
      section="statuses"
      permission={PERMISSION}
      add={{ label: t("statuses.add"), onAdd: () => open("new") }}
    >
      <ListState
        answer={answer}
        empty={<EmptyState icon="open" title={t("statuses.empty")} />}
        row={(status) => (
          <Row
            key={status.key}
            sign={<StatusIcon category={status.category} color={status.color} />}
            name={status.name}
            hint={hintOf(status, t)}
            faded={!status.active}
            end={!locked && <Moves status={status} statuses={statuses} />}
            onOpen={() => open(status.id)}
          />
        )}
      />
      {statuses.length > 0 && <TransitionTable statuses={statuses} roles={roles} />}
      {statuses.length > 0 && !locked && <PresetButton />}
      <ResolutionsCard locked={locked} />
      <RulesCard locked={locked} />
      {opened === "new" && !locked && (
        <StatusDialog statuses={statuses} roles={roles} locked={false} onClose={close} />
      )}
      {edited && (
        <StatusDialog
          key={edited.key}
          status={edited}
          statuses={statuses}
          roles={roles}
          locked={locked}
          onReload={reload}
          onClose={close}
        />
      )}
    </Page>
  );
}

function hintOf(status: Status, t: TFunction): string {
  const category = t(`statuses.category.${status.category}`);
  return status.active ? category : `${category} · ${t("statuses.outOfUse")}`;
}

/** Moves a status one place up or down, as one change with an undo. */
function Moves({ status, statuses }: { status: Status; statuses: readonly Status[] }) {
  const { t } = useTranslation();
  const saved = useSaved();
  const place = statuses.indexOf(status);
  const move = async (to: number) => {
    const keys = statuses.map((one) => one.key);
    keys.splice(to, 0, ...keys.splice(place, 1));
    try {
      const written = await write(client.PUT("/api/v1/statuses/order", { body: { keys } }));
      saved(written, t("statuses.moved", { name: status.name }), [directoryKeys.statuses]);
    } catch (error) {
      toast.show({ message: asProblem(error).message });
    }
  };
  return (
    <>
      <IconButton
        icon="up"
        label={t("statuses.up", { name: status.name })}
        disabled={place === 0}
        onClick={() => void move(place - 1)}
      />
      <IconButton
        icon="down"
        label={t("statuses.down", { name: status.name })}
        disabled={place === statuses.length - 1}
        onClick={() => void move(place + 1)}
      />
    </>
  );
}
