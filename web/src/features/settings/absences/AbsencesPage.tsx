import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { Avatar } from "@/ui/Avatar";
import { ListState } from "@/ui/ListState";
import { Row } from "@/ui/Row";
import { EmptyState } from "@/ui/States";
import { AbsenceDialog } from "./AbsenceDialog";
import { useAbsenceWords } from "./absenceWords";
import { type Absence, absencesQuery } from "./api";

const PERMISSION = "settings:people:edit";

/** Who is out of office now or later; an administrator enters anybody's. */
export function AbsencesPage() {
  const { t } = useTranslation();
  const { opened, open, close } = useSettingsSearch();
  const locked = useLocked(PERMISSION);
  const answer = usePages(absencesQuery());
  const edited = answer.data?.find((absence) => String(absence.id) === opened);
  const reload = async () => {
    const { data } = await answer.refetch();
    return data?.pages.flatMap((page) => page.items).find((one) => one.id === edited?.id);
  };
  return (
    <Page
      section="absences"
      permission={PERMISSION}
      add={{ label: t("absences.add"), onAdd: () => open("new") }}
    >
      <ListState
        answer={answer}
        empty={
          <EmptyState icon="clock" title={t("absences.empty")} hint={t("absences.emptyHint")} />
        }
        row={(absence) => (
          <AbsenceRow key={absence.id} absence={absence} onOpen={() => open(absence.id)} />
        )}
      />
      {opened === "new" && !locked && <AbsenceDialog locked={false} onClose={close} />}
      {edited && (
        <AbsenceDialog
          key={edited.id}
          absence={edited}
          locked={!edited.can_edit}
          onReload={reload}
          onClose={close}
        />
      )}
    </Page>
  );
}

function AbsenceRow({ absence, onOpen }: { absence: Absence; onOpen: () => void }) {
  const { t } = useTranslation();
  const words = useAbsenceWords();
  const { person } = absence;
  return (
    <Row
      sign={<Avatar id={person.id} name={person.name} size="m" />}
      name={person.name}
      hint={
        <>
          <span>{words(absence)}</span>
          {absence.note && <bdi>{absence.note}</bdi>}
        </>
      }
      end={absence.is_now ? t("absences.now") : undefined}
      onOpen={onOpen}
    />
  );
}
