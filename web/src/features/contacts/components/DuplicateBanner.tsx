import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { useSaved } from "@/ui/saved";
import { duplicatesQuery, type Likely, type Subject, stale } from "../api";
import classes from "./DuplicateBanner.module.css";

type DuplicateBannerProps = { subject: Subject; onCompare: (other: Likely) => void };

/** Offers the one who is most likely the same; nothing is merged unasked. */
export function DuplicateBanner({ subject, onCompare }: DuplicateBannerProps) {
  const { t, i18n } = useTranslation();
  const saved = useSaved();
  const [other] = useQuery(duplicatesQuery(subject)).data ?? [];
  if (!other) return null;
  const reasons = other.reasons.map((one) => t(`contactPage.reason.${one}`));
  const keepApart = async () => {
    try {
      const written = await write(
        client.POST("/api/v1/contacts/{contact_id}/keep-apart", {
          params: { path: { contact_id: subject.id } },
          body: { contact_id: other.id },
        }),
      );
      saved(written, t("contactPage.keptApart"), stale);
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
  };
  return (
    <div className={classes.banner} role="status">
      <Icon name="merge" />
      <p className={classes.words}>
        <b>{t("contactPage.possible")}</b> <bdi>{other.name}</bdi>
        {other.tickets !== null && `, ${t("contactPage.counted", { count: other.tickets })}`}
        {": "}
        {new Intl.ListFormat(i18n.language).format(reasons)}
      </p>
      {subject.kind === "contact" && (
        <Button onClick={() => void keepApart()}>{t("contactPage.notTheSame")}</Button>
      )}
      <Button look="line" onClick={() => onCompare(other)}>
        {t("contactPage.compare")}
      </Button>
    </div>
  );
}
