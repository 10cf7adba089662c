import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { asProblem } from "@/api/problem";
import { meQuery, useMe } from "@/api/session";
import { toast } from "@/lib/toast";
import { Card } from "@/ui/Card";
import { SelectField } from "@/ui/Form";

const ways = ["stay", "next", "list"] as const;

/** Where one goes once a reply is sent or a ticket has ended. */
export function AfterSendCard() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { settings } = useMe();
  const choose = async (value: string) => {
    try {
      const after_send = value as (typeof ways)[number];
      const written = await write(client.PATCH("/api/v1/me", { body: { after_send } }));
      queryClient.setQueryData(meQuery.queryKey, written.data);
      toast.show({ message: t("afterSendCard.saved") });
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
  };
  return (
    <Card title={t("afterSendCard.title")} padded>
      <SelectField
        name="after_send"
        label={t("afterSendCard.label")}
        description={t("afterSendCard.hint")}
        value={settings.after_send}
        onChange={(event) => void choose(event.currentTarget.value)}
        data={ways.map((way) => ({ value: way, label: t(`afterSendCard.${way}`) }))}
      />
    </Card>
  );
}
