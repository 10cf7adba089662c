import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMayRead } from "@/api/access";
import { useTeams } from "@/api/directory";
import { mailboxesQuery } from "@/api/mailboxes";
import { Icon } from "@/ui/Icon";
import { Row } from "@/ui/Row";
import type { Signature } from "./api";

type Scope = Pick<Signature, "person_id" | "person_name" | "mailbox_id" | "team_id" | "language">;

/** A signature by whose replies it stands below. */
export function SignatureRow({ signature, onOpen }: { signature: Signature; onOpen: () => void }) {
  return (
    <Row
      sign={<Icon name="pen" />}
      name={useSignatureName(signature)}
      hint={<bdi>{signature.text.split("\n")[0]}</bdi>}
      onOpen={onOpen}
    />
  );
}

/** "Ann Lee, Support, de", or the words for everybody. */
export function useSignatureName(scope: Scope): string {
  const { t } = useTranslation();
  const teams = useTeams();
  const mailboxes = useMailboxes();
  const parts = [
    scope.person_id === null ? t("signatures.everybody") : (scope.person_name ?? ""),
    mailboxes.find((one) => one.id === scope.mailbox_id)?.name,
    teams.find((one) => one.id === scope.team_id)?.name,
    scope.language,
  ];
  return parts.filter(Boolean).join(" · ");
}

/** The mailboxes, for who may read them. */
export function useMailboxes() {
  return useQuery({ ...mailboxesQuery, enabled: useMayRead()("mailSettings") }).data ?? [];
}
