// Fetches runs from the archive: per run the read files with their checks, a report, and a folder that is handed over whole.
include { FETCH } from '../modules/fetch.nf'
include { HAND_OVER } from '../modules/hand_over.nf'
include { runs_of } from '../modules/samplesheet.nf'

workflow {
    if (!params.input || !params.outdir) {
        error 'give --input samplesheet.csv and --outdir DIR (see pipelines/README.md)'
    }
    def tools = files("${projectDir.parent}/bin/*.sh", checkIfExists: true)
    def ca_path = System.getenv('MICROFETCH_CA_FILE') ?: params.ca_file
    def ca_file = ca_path ? file(ca_path, checkIfExists: true) : []

    FETCH(channel.fromList(runs_of(file(params.input, checkIfExists: true))), tools, ca_file)

    kept = FETCH.out.reads
        .join(FETCH.out.report)
        .join(FETCH.out.versions)
        .map { run, reads, report, versions -> [run, reads, [], [], report, versions, []] }
    HAND_OVER(kept, tools)
}
