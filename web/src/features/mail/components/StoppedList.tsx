import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { stoppedQuery, useLiftStop } from "@/api/outbox";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { RelativeTime } from "@/ui/RelativeTime";
import { Row } from "@/ui/Row";

/** Addresses that mail came back from for good; nothing is shown while there are none. */
export function StoppedList() {
  const { t } = useTranslation();
  const stopped = useQuery(stoppedQuery).data ?? [];
  const { lift, busy, may } = useLiftStop();
  if (stopped.length === 0) return null;
  return (
    <Card title={t("outgoing.stoppedTitle")} hint={t("outgoing.stoppedHint")}>
      <ul>
        {stopped.map((one) => (
          <Row
            key={one.id}
            sign={<Icon name="warn" />}
            name={one.email}
            hint={one.words}
            end={
              <>
                <RelativeTime at={one.since} />
                {may && (
                  <Button size="s" disabled={busy} onClick={() => void lift(one)}>
                    {t("outgoing.lift")}
                  </Button>
                )}
              </>
            }
          />
        ))}
      </ul>
    </Card>
  );
}
