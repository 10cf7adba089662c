import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";

type Schemas = components["schemas"];
export type Operations = Schemas["Operations"];
export type Finding = Schemas["Finding"];
export type Point = Schemas["Point"];
export type Service = Schemas["Service"];
export type Backup = Schemas["Backup"];
export type OperationRequest = Schemas["OperationRequest"];
export type ParkedChange = Schemas["ParkedChange"];
export type Verb = OperationRequest["verb"];

export const OPERATIONS_MANAGE = "operations:manage";

const CALM_MS = 10_000;
const BUSY_MS = 2_000;
export const operationsKey = ["operations"] as const;

/** Whether something that was asked for is not done yet. */
export const isUnderWay = ({ state }: OperationRequest) =>
  state === "waiting" || state === "running";

/** How the installation does; looked at again by itself, more often while something runs. */
export const operationsQuery = queryOptions({
  queryKey: operationsKey,
  queryFn: () => read(client.GET("/api/v1/operations")),
  staleTime: 0,
  refetchInterval: ({ state }) => (state.data?.requests.some(isUnderWay) ? BUSY_MS : CALM_MS),
});

/** What an administrator may ask of the machine. */
export function useOperationActions() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const settled = () => queryClient.invalidateQueries({ queryKey: operationsKey });
  const onError = (error: Error) => toast.show({ message: asProblem(error).message, tone: "bad" });
  const ask = useMutation({
    mutationFn: (verb: Verb) =>
      read(client.POST("/api/v1/operations/requests", { body: { verb } })),
    onSuccess: ({ verb }) => toast.show({ message: t(`operations.asked.${verb}`) }),
    onError,
    onSettled: settled,
  });
  const retryJob = useMutation({
    mutationFn: (id: number) =>
      read(
        client.POST("/api/v1/operations/jobs/{job_id}/retry", { params: { path: { job_id: id } } }),
      ),
    onSuccess: () => toast.show({ message: t("operations.jobRetried") }),
    onError,
    onSettled: settled,
  });
  const replayChange = useMutation({
    mutationFn: (id: number) =>
      read(
        client.POST("/api/v1/operations/parked-changes/{parked_id}/replay", {
          params: { path: { parked_id: id } },
        }),
      ),
    onSuccess: () => toast.show({ message: t("operations.replayed") }),
    onError,
    onSettled: settled,
  });
  const discardChange = async (id: number, reason: string) => {
    await read(
      client.POST("/api/v1/operations/parked-changes/{parked_id}/discard", {
        params: { path: { parked_id: id } },
        body: { reason },
      }),
    );
    toast.show({ message: t("operations.discarded") });
    await settled();
  };
  return { ask, retryJob, replayChange, discardChange };
}
