import { useTranslation } from "react-i18next";
import { useTeams } from "@/api/directory";
import { usePages } from "@/api/pages";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { Avatar } from "@/ui/Avatar";
import { ListState } from "@/ui/ListState";
import { Row } from "@/ui/Row";
import { EmptyState } from "@/ui/States";
import { type Person, peopleQuery } from "../api";
import { NewPersonDialog } from "./NewPersonDialog";
import { PersonDialog } from "./PersonDialog";

const PERMISSION = "settings:people:edit";

/** The staff: who they are, what they may do, where they work. */
export function PeoplePage() {
  const { t } = useTranslation();
  const { q, opened, open, close } = useSettingsSearch();
  const locked = useLocked(PERMISSION);
  const answer = usePages(peopleQuery(q));
  const edited = answer.data?.find((person) => String(person.id) === opened);
  const reload = async () => {
    const { data } = await answer.refetch();
    return data?.pages.flatMap((page) => page.items).find((one) => one.id === edited?.id);
  };
  return (
    <Page
      section="people"
      permission={PERMISSION}
      searchable
      add={{ label: t("people.add"), onAdd: () => open("new") }}
    >
      <ListState
        answer={answer}
        searched={q !== ""}
        empty={<EmptyState icon="users" title={t("people.empty")} hint={t("people.emptyHint")} />}
        row={(person) => (
          <PersonRow key={person.id} person={person} onOpen={() => open(person.id)} />
        )}
      />
      {opened === "new" && !locked && <NewPersonDialog onClose={close} />}
      {edited && (
        <PersonDialog
          key={edited.id}
          person={edited}
          locked={locked}
          onReload={reload}
          onClose={close}
        />
      )}
    </Page>
  );
}

function PersonRow({ person, onOpen }: { person: Person; onOpen: () => void }) {
  const { t } = useTranslation();
  const teams = useTeams().filter((team) => person.team_ids.includes(team.id));
  return (
    <Row
      sign={<Avatar id={person.id} name={person.name} size="m" />}
      name={person.name}
      hint={
        <>
          <bdi>{person.email}</bdi>
          {teams.length > 0 && <bdi>{teams.map((team) => team.name).join(", ")}</bdi>}
          {!person.sees_all_teams && <span>{t("people.onlyTheseTeams")}</span>}
        </>
      }
      end={person.active ? (person.role?.name ?? t("people.noRole")) : t("settings.inactive")}
      onOpen={onOpen}
      faded={!person.active}
    />
  );
}
