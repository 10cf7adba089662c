import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { asProblem } from "@/api/problem";
import { meQuery, useMe } from "@/api/session";
import { toast } from "@/lib/toast";
import { Card } from "@/ui/Card";
import { SelectField } from "@/ui/Form";

const USUAL = "";
const offered = [0, 5, 10, 20, 30, 45, 60];

/** How long one's own replies wait before they leave. */
export function UndoSendCard() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { settings } = useMe();
  const chosen = settings.undo_send_chosen ? settings.undo_send_seconds : null;
  const choices = chosen === null || offered.includes(chosen) ? offered : [...offered, chosen];
  const choose = async (value: string) => {
    try {
      const undo_send_seconds = value === USUAL ? null : Number(value);
      const written = await write(client.PATCH("/api/v1/me", { body: { undo_send_seconds } }));
      queryClient.setQueryData(meQuery.queryKey, written.data);
      toast.show({ message: t("undoSend.saved") });
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
  };
  return (
    <Card title={t("undoSend.title")} padded>
      <SelectField
        name="undo_send_seconds"
        label={t("undoSend.label")}
        description={t("undoSend.hint")}
        value={chosen === null ? USUAL : String(chosen)}
        onChange={(event) => void choose(event.currentTarget.value)}
        data={[
          { value: USUAL, label: t("undoSend.usual", { count: settings.undo_send_default }) },
          ...choices.map((count) => ({
            value: String(count),
            label: count === 0 ? t("undoSend.none") : t("undoSend.seconds", { count }),
          })),
        ]}
      />
    </Card>
  );
}
