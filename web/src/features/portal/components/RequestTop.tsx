import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { BrandMark } from "@/ui/BrandMark";
import { Icon } from "@/ui/Icon";
import { requestsQuery } from "../api";
import classes from "./RequestTop.module.css";

type RequestTopProps = { number?: number; workspaceName?: string };

/** The line over a request: the way back, whose portal it is, the number. */
export function RequestTop({ number, workspaceName }: RequestTopProps) {
  const { t } = useTranslation();
  const opened = number !== undefined;
  const several = (useQuery({ ...requestsQuery, enabled: opened }).data?.length ?? 0) > 1;
  return (
    <header className={classes.top}>
      <Link
        href={several ? "/requests" : "/"}
        className={classes.back}
        aria-label={t("request.back")}
      >
        <Icon name="left" size={20} />
      </Link>
      <span className={classes.mark}>
        <BrandMark size={22} />
      </span>
      <bdi className={`${classes.workspace} cut`}>{workspaceName}</bdi>
      <span className={classes.title}>{t("request.title")}</span>
      <span className="grow" />
      {number !== undefined && <span className={classes.number}>#{number}</span>}
    </header>
  );
}
