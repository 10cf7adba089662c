import { Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { stampText } from "@/lib/time";
import { Icon } from "@/ui/Icon";
import { differs, inAnHour, tomorrowMorning } from "./sendTime";

type MomentItemsProps = {
  /** Where the reader's clocks are, if that is known. */
  theirZone?: string | null;
  onChoose: (at: Date) => void;
  /** Asks for any other moment. */
  onAsk: () => void;
};

/** Moments to send a mail at, as entries of a menu. */
export function MomentItems({ theirZone, onChoose, onAsk }: MomentItemsProps) {
  const { t, i18n } = useTranslation();
  const now = Date.now();
  const offered = [
    { label: t("outgoing.inAnHour"), at: inAnHour(now) },
    { label: t("outgoing.tomorrow"), at: tomorrowMorning(now) },
    ...(theirZone && differs(theirZone, now)
      ? [{ label: t("outgoing.tomorrowTheirs"), at: tomorrowMorning(now, theirZone) }]
      : []),
  ];
  return (
    <>
      <Menu.Label>{t("outgoing.sendLater")}</Menu.Label>
      {offered.map(({ label, at }) => (
        <Menu.Item
          key={label}
          leftSection={<Icon name="clock" />}
          rightSection={stampText(at.getTime(), now, i18n.language)}
          onClick={() => onChoose(at)}
        >
          {label}
        </Menu.Item>
      ))}
      <Menu.Item leftSection={<Icon name="clock" />} onClick={onAsk}>
        {t("outgoing.otherMoment")}
      </Menu.Item>
    </>
  );
}
