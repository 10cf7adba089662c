import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMayRead } from "@/api/access";
import { useMe } from "@/api/session";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Row } from "@/ui/Row";
import { AbsenceDialog } from "./AbsenceDialog";
import { useAbsenceWords } from "./absenceWords";
import { nextAbsenceQuery } from "./api";

/** Whether one is, or will be, out of office. */
export function OwnAbsenceCard() {
  const { t } = useTranslation();
  const me = useMe().person;
  const query = useQuery({ ...nextAbsenceQuery(me.id), enabled: useMayRead()("tickets") });
  const [opened, { open, close }] = useDisclosure(false);
  const words = useAbsenceWords();
  const absence = query.data;
  if (absence === undefined) return null;
  return (
    <Card
      title={t("absences.title")}
      hint={t("absences.hint")}
      action={
        <Button size="s" icon={absence ? "pen" : "plus"} onClick={open}>
          {t(absence ? "receiving.edit" : "absences.enter")}
        </Button>
      }
    >
      <ul>
        <Row
          sign={<Icon name="clock" />}
          name={absence ? words(absence) : t("absences.none")}
          hint={absence ? <bdi>{absence.note}</bdi> : t("absences.noneHint")}
          end={absence?.is_now ? t("absences.now") : undefined}
        />
      </ul>
      {opened && (
        <AbsenceDialog
          absence={absence ?? undefined}
          own
          locked={false}
          onReload={async () => (await query.refetch()).data ?? undefined}
          onClose={close}
        />
      )}
    </Card>
  );
}
