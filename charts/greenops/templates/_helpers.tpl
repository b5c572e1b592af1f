{{/* Name of the application, at most 63 characters as labels allow. */}}
{{- define "greenops.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/*
Name of what is installed: the release's, followed by the application's unless it holds it already. What is made from it
by adding a word must still be a name of 63 characters.
*/}}
{{- define "greenops.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 56 | trimSuffix "-" -}}
{{- else if contains (include "greenops.name" .) .Release.Name -}}
{{- .Release.Name | trunc 56 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "greenops.name" .) | trunc 56 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels that select the operator's pods. */}}
{{- define "greenops.selectorLabels" -}}
app.kubernetes.io/name: {{ include "greenops.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end -}}

{{- define "greenops.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "greenops.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: greenops
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "greenops.serviceAccountName" -}}
{{- default (include "greenops.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{/* Whom the operator's roles are bound to. */}}
{{- define "greenops.subjects" -}}
- kind: ServiceAccount
  name: {{ include "greenops.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}

{{/* Reference of an image: by its digest, else by its tag. Takes a list of the image's values and the root context. */}}
{{- define "greenops.image" -}}
{{- $image := index . 0 -}}
{{- $root := index . 1 -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (default $root.Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{/* What values must not say together: one sentence a fault, which a schema cannot give. */}}
{{- define "greenops.validate" -}}
{{- $election := .Values.leaderElection -}}
{{- if and (gt (int .Values.operator.replicas) 1) (not $election.enabled) -}}
{{- fail (printf "operator.replicas is %d and leaderElection.enabled is false: two operators that both act undo each other's work. Set operator.replicas to 1, or leaderElection.enabled to true." (int .Values.operator.replicas)) -}}
{{- end -}}
{{- if ge (int $election.renewDeadlineSeconds) (int $election.leaseDurationSeconds) -}}
{{- fail (printf "leaderElection.renewDeadlineSeconds is %d and leaseDurationSeconds %d: a leader must give up before others may take over, so set the deadline shorter than the lease." (int $election.renewDeadlineSeconds) (int $election.leaseDurationSeconds)) -}}
{{- end -}}
{{- if gt (mul 2 (int $election.retryPeriodSeconds)) (int $election.renewDeadlineSeconds) -}}
{{- fail (printf "leaderElection.retryPeriodSeconds is %d and renewDeadlineSeconds %d: set the period to at most half of it, so that a leader can try again before it gives up." (int $election.retryPeriodSeconds) (int $election.renewDeadlineSeconds)) -}}
{{- end -}}
{{- if lt (float64 .Values.stated.peakWattsPerCore) (float64 .Values.stated.idleWattsPerCore) -}}
{{- fail (printf "stated.peakWattsPerCore is %v and idleWattsPerCore %v: a busy core takes at least as much as an idle one." .Values.stated.peakWattsPerCore .Values.stated.idleWattsPerCore) -}}
{{- end -}}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) -}}
{{- fail "serviceAccount.create is false and serviceAccount.name is empty: name the account that the operator runs as." -}}
{{- end -}}
{{- end -}}
