;;; Emacs's dape as a client of the adapter, in batch mode: launch, breakpoint, steps, going back by the console, values.
;;; Run by hand, as dape is no part of this project; DAPE is a folder with dape.el and jsonrpc.el of GNU ELPA:
;;;
;;;   DAPE=… emacs --batch -l test/clients/dape.el
;;;
;;; Emacs 28 lacks functions that dape needs: there install the library `compat`, too.

(setq load-prefer-newer t)
(when (< emacs-major-version 29)
  (package-initialize)
  (require 'compat))
(load (expand-file-name "jsonrpc.el" (getenv "DAPE")) nil t)
(load (expand-file-name "dape.el" (getenv "DAPE")) nil t)

(defvar program (expand-file-name "dist/psci-trace.mjs"))
(defvar trace (expand-file-name "examples/linux-guest-hotplug-reboot.report.txt"))
(defvar dape-start-hook nil)
(setq dape-start-hook '(dape-repl) dape-cwd-function (lambda () default-directory) project-vc-ignores nil)

(defun check (what good)
  (princ (format "%s %s\n" (if good "ok  " "FAIL") what))
  (unless good (kill-emacs 1)))

(defun wait-until (fn)
  (let ((end (+ (float-time) 20)) found)
    (while (and (not (setq found (funcall fn))) (< (float-time) end))
      (accept-process-output nil 0.02))
    found))

(defun frame () (dape--current-stack-frame (dape--live-connection 'stopped t)))

(defun line-after (what act)
  "Does ACT, which moves, and gives the line where one then stands."
  (let ((before (plist-get (frame) :id)))
    (funcall act)
    (check what (wait-until (lambda () (when-let ((now (plist-get (frame) :id))) (not (eql now before))))))
    (plist-get (frame) :line)))

(defun in-console (text)
  (dape-evaluate-expression (dape--live-connection 'stopped) text))

(defun said () (with-current-buffer "*dape-repl*" (buffer-string)))

(find-file trace)
(goto-char (point-min))
(forward-line 246)
(dape-breakpoint-toggle)
(let ((first (line-after "launches and stops"
                         (lambda () (dape `(command "node" command-args (,program "dap")
                                            :type "psci" :request "launch" :program ,trace))))))
  (check (format "at the first call, line 88; it is at %s" first) (eql first 88))
  (let ((stepped (line-after "steps" (lambda () (dape-next (dape--live-connection 'stopped))))))
    (check (format "forwards, to %s" stepped) (> stepped first)))
  (check "the console goes back to where it was" (eql first (line-after "`back`" (lambda () (in-console "back"))))))
(let ((hit (line-after "continues" (lambda () (dape-continue (dape--live-connection 'stopped))))))
  (check (format "to the breakpoint; it is at %s" hit) (eql hit 247)))
(let ((start (line-after "`reverse` in the console" (lambda () (in-console "reverse")))))
  (check (format "goes to the start; it is at %s" start) (< start 88)))
(check "`goto line 247` goes there" (eql 247 (line-after "the console moves" (lambda () (in-console "goto line 247")))))
(dape-breakpoint-function "kvm_psci_vcpu_on")
(line-after "the console goes to the start" (lambda () (in-console "goto start")))
(let ((hit (line-after "continues to a function of KVM" (lambda () (dape-continue (dape--live-connection 'stopped))))))
  (check (format "at line 150; it is at %s" hit) (eql hit 150)))
(in-console "vcpu[1].mp_state")
(check "a value is printed" (wait-until (lambda () (string-match-p "\\(STOPPED\\|RUNNABLE\\)" (said)))))
(line-after "restarts the frame"
            (lambda () (let ((conn (dape--live-connection 'stopped)))
                         (dape-restart-frame conn (plist-get (frame) :id)))))
(dape-quit)
(check "quits" (wait-until (lambda () (null (dape--live-connections)))))
