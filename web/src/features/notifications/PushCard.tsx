import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { browserOf } from "@/app/settings/browserNames";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { SwitchField } from "@/ui/Form";
import { Icon } from "@/ui/Icon";
import { RelativeTime } from "@/ui/RelativeTime";
import { Row } from "@/ui/Row";
import { browsersQuery, type PushBrowser, useRemoveBrowser } from "./api";
import type { CardProps } from "./cards";
import { browsersKey } from "./keys";
import classes from "./PreferencesPage.module.css";
import { isSupported, PushRefused, subscribe, unsubscribe } from "./push";

/** The browsers that show the reader's notifications, and what a push says. */
export function PushCard({ settings, save }: CardProps) {
  const { t } = useTranslation();
  const { data } = useQuery(browsersQuery);
  const isOn = data?.items.some(({ current }) => current) ?? false;
  const { busy, enable } = useEnable(data?.public_key);
  return (
    <Card
      title={t("notifyMe.browsers")}
      hint={t("notifyMe.browsersHint")}
      action={
        data &&
        !isOn &&
        isSupported() && (
          <Button size="s" icon="bell" busy={busy} onClick={() => void enable()}>
            {t("notifyMe.enable")}
          </Button>
        )
      }
    >
      {!isSupported() && <p className={classes.said}>{t("notifyMe.unsupported")}</p>}
      <ul>
        {data?.items.map((one) => (
          <BrowserRow key={one.id} browser={one} />
        ))}
        {data?.items.length === 0 && (
          <Row
            sign={<Icon name="bell" />}
            name={t("notifyMe.noBrowsers")}
            hint={t("notifyMe.noBrowsersHint")}
          />
        )}
      </ul>
      <div className={classes.set}>
        <SwitchField
          name="push_content"
          label={t("notifyMe.content")}
          description={t("notifyMe.contentHint")}
          checked={settings.push_content}
          onChange={() => save({ push_content: !settings.push_content })}
        />
      </div>
    </Card>
  );
}

function useEnable(publicKey: string | undefined) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const { browser, system } = browserOf(navigator.userAgent);
  const name = system ? t("notifyMe.browserOn", { browser, system }) : (browser ?? "");
  const enable = async () => {
    if (publicKey === undefined) return;
    setBusy(true);
    try {
      queryClient.setQueryData(browsersKey, await subscribe(publicKey, name));
    } catch (error) {
      const message =
        error instanceof PushRefused ? t(`notifyMe.${error.reason}`) : asProblem(error).message;
      toast.show({ message, tone: "bad" });
    }
    setBusy(false);
  };
  return { busy, enable };
}

function BrowserRow({ browser }: { browser: PushBrowser }) {
  const { t } = useTranslation();
  const remove = useRemoveBrowser();
  const name = browser.name || t("notifyMe.browsers");
  const removeIt = () =>
    remove.mutate(browser.id, { onSuccess: () => browser.current && void unsubscribe() });
  return (
    <Row
      sign={<Icon name={/Android|iOS/.test(name) ? "phone" : "panel"} />}
      name={name}
      hint={
        <>
          {browser.current && <span>{t("notifyMe.thisOne")}</span>}
          {!browser.signed_in && <span>{t("notifyMe.signedOut")}</span>}
          <span>
            {browser.last_used_at ? (
              <>
                {t("notifyMe.lastUsed")} <RelativeTime at={browser.last_used_at} />
              </>
            ) : (
              t("notifyMe.neverUsed")
            )}
          </span>
        </>
      }
      end={
        <Button
          size="s"
          look="line"
          busy={remove.isPending}
          aria-label={t("notifyMe.removeOf", { name })}
          onClick={removeIt}
        >
          {t("notifyMe.remove")}
        </Button>
      }
    />
  );
}
