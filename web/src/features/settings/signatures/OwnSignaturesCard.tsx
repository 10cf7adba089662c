import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { useMe } from "@/api/session";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { ListState } from "@/ui/ListState";
import { EmptyState } from "@/ui/States";
import { signaturesQuery } from "./api";
import { SignatureDialog } from "./SignatureDialog";
import { SignatureRow } from "./SignatureRow";

const NEW = "new";

/** What stands below one's own replies; for a mailbox, a team or a language there can be others. */
export function OwnSignaturesCard() {
  const { permissions } = useMe();
  return permissions.includes("ticket:reply") ? <Signatures /> : null;
}

function Signatures() {
  const { t } = useTranslation();
  const me = useMe().person;
  const answer = usePages(signaturesQuery(true));
  const [opened, open] = useState<number | typeof NEW | null>(null);
  const edited = answer.data?.find((one) => one.id === opened);
  const close = () => open(null);
  const reload = async () => {
    const { data } = await answer.refetch();
    return data?.pages.flatMap((page) => page.items).find((one) => one.id === edited?.id);
  };
  return (
    <Card
      title={t("signatures.own")}
      hint={t("signatures.ownHint")}
      action={
        <Button size="s" icon="plus" onClick={() => open(NEW)}>
          {t("signatures.add")}
        </Button>
      }
    >
      <ListState
        answer={answer}
        empty={
          <EmptyState icon="pen" title={t("signatures.none")} hint={t("signatures.noneHint")} />
        }
        row={(signature) => (
          <SignatureRow
            key={signature.id}
            signature={signature}
            onOpen={() => open(signature.id)}
          />
        )}
      />
      {opened === NEW && <SignatureDialog ownerId={me.id} locked={false} onClose={close} />}
      {edited && (
        <SignatureDialog
          key={edited.id}
          signature={edited}
          ownerId={me.id}
          locked={!edited.can_edit}
          onReload={reload}
          onClose={close}
        />
      )}
    </Card>
  );
}
