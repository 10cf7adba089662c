import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { ListState } from "@/ui/ListState";
import { EmptyState } from "@/ui/States";
import { signaturesQuery } from "./api";
import { SignatureDialog } from "./SignatureDialog";
import { SignatureRow } from "./SignatureRow";

const PERMISSION = "settings:mailboxes:edit";

/** The signatures of people, mailboxes and teams; the most specific stands below a reply. */
export function SignaturesPage() {
  const { t } = useTranslation();
  const { opened, open, close } = useSettingsSearch();
  const locked = useLocked(PERMISSION);
  const answer = usePages(signaturesQuery(false));
  const edited = answer.data?.find((signature) => String(signature.id) === opened);
  const reload = async () => {
    const { data } = await answer.refetch();
    return data?.pages.flatMap((page) => page.items).find((one) => one.id === edited?.id);
  };
  return (
    <Page
      section="signatures"
      permission={PERMISSION}
      add={{ label: t("signatures.add"), onAdd: () => open("new") }}
    >
      <ListState
        answer={answer}
        empty={
          <EmptyState icon="pen" title={t("signatures.empty")} hint={t("signatures.emptyHint")} />
        }
        row={(signature) => (
          <SignatureRow
            key={signature.id}
            signature={signature}
            onOpen={() => open(signature.id)}
          />
        )}
      />
      {opened === "new" && !locked && <SignatureDialog locked={false} onClose={close} />}
      {edited && (
        <SignatureDialog
          key={edited.id}
          signature={edited}
          locked={!edited.can_edit}
          onReload={reload}
          onClose={close}
        />
      )}
    </Page>
  );
}
