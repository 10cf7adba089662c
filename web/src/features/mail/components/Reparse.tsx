import "@/app/pageTexts";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import type { ReparseResult } from "@/api/types";
import { Button } from "@/ui/Button";
import { useReparse } from "../keptActions";
import classes from "./Reparse.module.css";

/** Reads a mail again with the parser as it is now, shows what differs and writes it if wanted. */
export function Reparse({ id }: { id: number }) {
  const { t } = useTranslation();
  const { permissions } = useMe();
  const { compare, apply } = useReparse(id);
  if (!permissions.includes("mail:manage")) return null;
  const result = compare.data?.data;
  return (
    <section className={classes.box} aria-label={t("mail.parseAgain")}>
      <div className={classes.line}>
        <span className="grow">{t("mail.parseAgainHint")}</span>
        <Button icon="retry" busy={compare.isPending} onClick={() => compare.mutate()}>
          {t("mail.parseAgain")}
        </Button>
      </div>
      {result && result.differences.length === 0 && <p role="status">{t("mail.readsTheSame")}</p>}
      {result && result.differences.length > 0 && <Differences result={result} />}
      {result && result.differences.length > 0 && (
        <Button look="gold" busy={apply.isPending} onClick={() => apply.mutate()}>
          {t("mail.writeDifferences")}
        </Button>
      )}
    </section>
  );
}

function Differences({ result }: { result: ReparseResult }) {
  return (
    <dl className={classes.differences}>
      {result.differences.map((one) => (
        <div key={one.field}>
          <dt>{one.field}</dt>
          <dd>
            <pre className={classes.diff}>
              {(one.diff ?? one.parsed ?? "")
                .split("\n")
                .filter((line) => !/^(---|\+\+\+) /.test(line))
                .map((line, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text never move
                  <span key={index} data-sign={line[0]}>
                    {line}
                    {"\n"}
                  </span>
                ))}
            </pre>
          </dd>
        </div>
      ))}
    </dl>
  );
}
