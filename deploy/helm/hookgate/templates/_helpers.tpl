{{- define "hookgate.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "hookgate.selector" -}}
app.kubernetes.io/name: hookgate
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .app }}
{{- end }}

{{- define "hookgate.labels" -}}
{{ include "hookgate.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "hookgate.tokensSecret" -}}
{{ .Values.tokensSecret | default (printf "%s-tokens" (include "hookgate.name" .)) }}
{{- end }}

{{- define "hookgate.tlsSecret" -}}
{{ .Values.tlsSecret | default (printf "%s-dispatcher-tls" (include "hookgate.name" .)) }}
{{- end }}

{{/* Every dispatcher by its own name: an edge sends to the first that it reaches. */}}
{{- define "hookgate.dispatchers" -}}
{{- $name := include "hookgate.name" . -}}
{{- range $at := until (int .Values.dispatcher.replicas) }}{{ if $at }},{{ end }}{{ $name }}-dispatcher-{{ $at }}.{{ $name }}-dispatcher.{{ $.Release.Namespace }}.svc:50051{{ end }}
{{- end }}

{{/* What a pod of an app has in common with every other: dict "root" . "app" name. */}}
{{- define "hookgate.pod" -}}
metadata:
  labels:
    {{- include "hookgate.labels" . | nindent 4 }}
  annotations:
    checksum/config: {{ printf "%s%s" .root.Values.config (toJson .root.Values.files) | sha256sum }}
    {{- with .root.Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  # It stops within five seconds; before that an edge waits until nothing is sent to it any more.
  terminationGracePeriodSeconds: 20
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "hookgate.selector" . | nindent 10 }}
  {{- with .root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .root.Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .root.Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "hookgate.container" -}}
image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}"
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- with .root.Values.secretEnv }}
envFrom:
  - secretRef:
      name: {{ . }}
{{- end }}
{{- end }}

{{- define "hookgate.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if .Values.config }}
- name: config
  mountPath: /etc/hookgate
  readOnly: true
{{- end }}
{{- end }}

{{- define "hookgate.volumes" -}}
- name: tmp
  emptyDir: {}
{{- if .Values.config }}
- name: config
  configMap:
    name: {{ include "hookgate.name" . }}-config
{{- end }}
{{- end }}

{{/* Probes call the pod's address, so the ops port listens there. */}}
{{- define "hookgate.opsHost" -}}
- name: OPS_HOST
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
{{- end }}

{{- define "hookgate.probes" -}}
# A start may build an index of the store first, however long that takes.
startupProbe:
  httpGet: { path: /healthz, port: ops }
  periodSeconds: 2
  failureThreshold: 1800
livenessProbe:
  httpGet: { path: /healthz, port: ops }
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 4
readinessProbe:
  httpGet: { path: /readyz, port: ops }
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 2
{{- end }}

{{- define "hookgate.token" -}}
- name: RPC_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ include "hookgate.tokensSecret" .root }}
      key: {{ .key }}
- name: RPC_TLS_CA
  value: /run/hookgate/tls/ca.crt
{{- end }}

{{/* The CA alone: nobody but a dispatcher has its key. */}}
{{- define "hookgate.caVolume" -}}
- name: tls
  secret:
    secretName: {{ include "hookgate.tlsSecret" . }}
    items:
      - key: ca.crt
        path: ca.crt
{{- end }}
