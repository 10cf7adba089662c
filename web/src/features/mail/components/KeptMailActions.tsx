import "@/app/pageTexts";
import { Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import type { IncomingMail } from "@/api/types";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { useMailActions } from "../api";
import { useKeptActions } from "../keptActions";

type KeptMailActionsProps = { mail: IncomingMail; onDone: () => void };

/** What can be done with a received mail: in quarantine let through, delete, block; else file anew. */
export function KeptMailActions({ mail, onDone }: KeptMailActionsProps) {
  const { t } = useTranslation();
  const { permissions } = useMe();
  const { retryIncoming } = useMailActions();
  const { release, remove, block } = useKeptActions(onDone);
  const busy = release.isPending || remove.isPending || block.isPending;
  if (mail.erased) return null;
  if (mail.state === "quarantined") {
    if (!permissions.includes("mail:quarantine")) return null;
    return (
      <>
        <Menu position="bottom-end" width={240}>
          <Menu.Target>
            <Button disabled={busy} icon="shield" iconAfter="down">
              {t("mail.block")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => block.mutate({ id: mail.id, scope: "address" })}>
              {t("mail.blockAddress")}
            </Menu.Item>
            <Menu.Item onClick={() => block.mutate({ id: mail.id, scope: "domain" })}>
              {t("mail.blockDomain")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Button look="line" disabled={busy} onClick={() => remove.mutate(mail.id)}>
          {t("mail.delete")}
        </Button>
        <Button look="gold" disabled={busy} onClick={() => release.mutate(mail.id)}>
          {t("mail.release")}
        </Button>
      </>
    );
  }
  if (mail.state !== "refused" || !permissions.includes("mail:manage")) return null;
  return (
    <Button
      look="line"
      disabled={retryIncoming.isPending}
      onClick={() => retryIncoming.mutate(mail.id)}
    >
      <Icon name="retry" /> {t("mail.readAgain")}
    </Button>
  );
}
