import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { browserOf } from "@/app/settings/browserNames";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { RelativeTime } from "@/ui/RelativeTime";
import { Row } from "@/ui/Row";
import type { Session } from "../api";
import { permissionText } from "../roles/permissions";
import classes from "./Profile.module.css";

type SessionRowProps = { session: Session; busy: boolean; onEnd: () => void };

/** Where somebody is signed in, or a portal link that was followed. */
export function SessionRow({ session, busy, onEnd }: SessionRowProps) {
  const { t } = useTranslation();
  const name = sessionName(session, t);
  return (
    <Row
      sign={<Icon name={/Mobile|Android|iPhone/.test(session.user_agent) ? "phone" : "panel"} />}
      name={name}
      hint={
        <>
          {session.audience === "contact" && <span>{t("access.portal")}</span>}
          {session.ip && <bdi>{session.ip}</bdi>}
          <span>
            {t("profile.lastSeen")} <RelativeTime at={session.last_seen_at} />
          </span>
          <EndDate at={session.expires_at} />
        </>
      }
      end={
        session.current ? (
          <span className={classes.here}>{t("profile.thisOne")}</span>
        ) : (
          <Button
            size="s"
            look="line"
            busy={busy}
            aria-label={t("profile.endSessionOf", { name })}
            onClick={onEnd}
          >
            {t("profile.endSession")}
          </Button>
        )
      }
    />
  );
}

export function sessionName(session: Session, t: TFunction): string {
  const { browser, system } = browserOf(session.user_agent);
  if (!browser) return t("profile.unknownBrowser");
  return system ? t("profile.onSystem", { browser, system }) : browser;
}

type TokenRowProps = {
  token: Session;
  /** All of its person's, for the name of the one that made it. */
  tokens: Session[];
  busy?: boolean;
  onRevoke: () => void;
};

/** A program's token: what it may do, until when, and where it comes from. */
export function TokenRow({ token, tokens, busy, onRevoke }: TokenRowProps) {
  const { t } = useTranslation();
  const maker = tokens.find((one) => one.id === token.parent_id)?.name;
  return (
    <Row
      sign={<Icon name="plug" />}
      name={token.name}
      hint={
        <>
          <span title={token.scopes?.map((scope) => permissionText(scope, t)).join(", ")}>
            {token.scopes
              ? t("profile.scopesCount", { count: token.scopes.length })
              : t("access.allScopes")}
          </span>
          <span>
            {t("profile.lastSeen")} <RelativeTime at={token.last_seen_at} />
          </span>
          <EndDate at={token.expires_at} />
          {maker && <bdi>{t("access.madeBy", { name: maker })}</bdi>}
        </>
      }
      end={
        <Button
          size="s"
          look="line"
          busy={busy}
          aria-label={t("profile.revokeOf", { name: token.name })}
          onClick={onRevoke}
        >
          {t("profile.revoke")}
        </Button>
      }
    />
  );
}

function EndDate({ at }: { at: string }) {
  const { t, i18n } = useTranslation();
  const date = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium" });
  return (
    <span>
      {t("profile.endsOn")} {date.format(Date.parse(at))}
    </span>
  );
}

/** How many tokens were made with a token, directly or by one that it made: they end with it. */
export function countDescendants(id: number, tokens: Session[]): number {
  return tokens
    .filter((token) => token.parent_id === id)
    .reduce((count, child) => count + 1 + countDescendants(child.id, tokens), 0);
}
